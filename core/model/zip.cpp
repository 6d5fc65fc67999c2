#include "core/model/zip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace trireme::model {
namespace {

// Marks and sizes of the three records of a zip archive, and where their fields lie. All numbers begin with the least
// byte.
constexpr uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kMaxComment = 0xffff;
constexpr uint16_t kStored = 0, kDeflated = 8, kEncryptedFlag = 1, kVersionNeeded = 20;

uint16_t half(std::span<const std::byte> bytes, size_t at) {
  return static_cast<uint16_t>(std::to_integer<unsigned>(bytes[at]) | std::to_integer<unsigned>(bytes[at + 1]) << 8);
}
uint32_t word(std::span<const std::byte> bytes, size_t at) {
  return uint32_t{half(bytes, at)} | uint32_t{half(bytes, at + 2)} << 16;
}

Status damaged(std::string_view what) {
  return Status::error(Code::InvalidModel, fmt::format("the archive behind the model is damaged: {}", what));
}

// The record that ends an archive, with a comment that ends the file; nothing where there is none.
std::optional<size_t> findEnd(std::span<const std::byte> file) {
  if (file.size() < kEndBytes) return {};
  const size_t last = file.size() - kEndBytes;
  for (size_t back = 0; back <= std::min(last, kMaxComment); ++back) {
    const size_t at = last - back;
    if (word(file, at) == kEndMark && half(file, at + 20) == back) return at;
  }
  return {};
}

// The packed bytes behind the local header at `at`, whose own sizes are not looked at: some writers leave them 0.
Result<std::span<const std::byte>> packedBytes(std::span<const std::byte> file, uint64_t at, uint32_t size) {
  if (at > file.size() || file.size() - at < kLocalBytes) return damaged("a file begins outside");
  if (word(file, at) != kLocalMark) return damaged("a file does not begin with its mark");
  const uint64_t begin = at + kLocalBytes + half(file, at + 26) + half(file, at + 28);
  if (begin > file.size() || file.size() - begin < size) return damaged("a file ends outside");
  return file.subspan(begin, size);
}

Result<std::vector<std::byte>> inflated(const ZipEntry& entry) {
  std::vector<std::byte> bytes(entry.bytes);
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(entry.packed.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(entry.packed.size());
  Bytef nothing = 0;
  stream.next_out = bytes.empty() ? &nothing : reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Status::error(Code::OutOfMemory, "zlib has no memory");
  const int outcome = ::inflate(&stream, Z_FINISH);
  const size_t made = stream.total_out;
  inflateEnd(&stream);
  if (outcome != Z_STREAM_END || made != bytes.size()) return damaged(fmt::format("'{}' does not unpack", entry.name));
  return bytes;
}

// Little pieces of an archive on their way out.
class Record {
 public:
  explicit Record(std::vector<std::byte>& file) : file_(file) {}
  Record& halves(std::initializer_list<size_t> values) {
    for (const size_t value : values) put(value, 2);
    return *this;
  }
  Record& words(std::initializer_list<size_t> values) {
    for (const size_t value : values) put(value, 4);
    return *this;
  }
  Record& letters(std::string_view text) { return bytes(std::as_bytes(std::span(text))); }
  Record& bytes(std::span<const std::byte> bytes) {
    file_.insert(file_.end(), bytes.begin(), bytes.end());
    return *this;
  }

 private:
  void put(size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
  }
  std::vector<std::byte>& file_;
};

uint32_t checksum(std::span<const std::byte> bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

Result<std::vector<ZipEntry>> listZip(std::span<const std::byte> file) {
  std::vector<ZipEntry> entries;
  const std::optional<size_t> end = findEnd(file);
  if (!end) return entries;
  const size_t files = half(file, *end + 10);
  const uint64_t size = word(file, *end + 12), offset = word(file, *end + 16);
  if (size + offset > *end) return damaged("its directory lies outside");
  // Offsets count from the beginning of the file, or from that of the archive: the directory ends where this begins.
  const uint64_t shift = *end - size - offset;
  std::span<const std::byte> directory = file.subspan(*end - size, size);
  for (size_t i = 0; i < files; ++i) {
    if (directory.size() < kCentralBytes || word(directory, 0) != kCentralMark)
      return damaged("its directory ends early");
    const size_t nameBytes = half(directory, 28);
    const size_t recordBytes = kCentralBytes + nameBytes + half(directory, 30) + half(directory, 32);
    if (directory.size() < recordBytes) return damaged("its directory ends early");
    ZipEntry entry;
    entry.encrypted = (half(directory, 8) & kEncryptedFlag) != 0;
    entry.method = half(directory, 10);
    entry.crc = word(directory, 16);
    entry.bytes = word(directory, 24);
    entry.name.assign(reinterpret_cast<const char*>(directory.data()) + kCentralBytes, nameBytes);
    TRIREME_ASSIGN(entry.packed, packedBytes(file, shift + word(directory, 42), word(directory, 20)));
    if (!entry.name.ends_with('/')) entries.push_back(std::move(entry));
    directory = directory.subspan(recordBytes);
  }
  std::set<std::string_view> later;
  std::vector<ZipEntry> unique;
  for (size_t i = entries.size(); i-- > 0;) {
    if (later.insert(entries[i].name).second) unique.push_back(entries[i]);
  }
  std::reverse(unique.begin(), unique.end());
  return unique;
}

Result<std::vector<std::byte>> unpack(const ZipEntry& entry, size_t limitBytes) {
  if (entry.encrypted) return Status::error(Code::Unsupported, fmt::format("'{}' is encrypted", entry.name));
  if (entry.method != kStored && entry.method != kDeflated) {
    return Status::error(Code::Unsupported, fmt::format("'{}' is packed by method {}", entry.name, entry.method));
  }
  if (entry.bytes > limitBytes) {
    return Status::error(Code::OutOfMemory,
                         fmt::format("'{}' unpacks to {} bytes, the limit is {}", entry.name, entry.bytes, limitBytes));
  }
  std::vector<std::byte> bytes;
  if (entry.method == kDeflated) {
    TRIREME_ASSIGN(bytes, inflated(entry));
  } else if (entry.packed.size() == entry.bytes) {
    bytes.assign(entry.packed.begin(), entry.packed.end());
  } else {
    return damaged(fmt::format("'{}' has {} bytes, expected {}", entry.name, entry.packed.size(), entry.bytes));
  }
  if (checksum(bytes) != entry.crc) return damaged(fmt::format("the checksum of '{}' is wrong", entry.name));
  return bytes;
}

Status appendZip(std::vector<std::byte>& file, std::span<const StoredFile> files) {
  if (files.empty()) return {};
  constexpr size_t kMost = std::numeric_limits<uint16_t>::max(), kLimit = std::numeric_limits<uint32_t>::max();
  constexpr size_t kDate = 33;  // the first day that the format knows: 1 January 1980
  std::vector<std::byte> directory;
  for (const StoredFile& stored : files) {
    const size_t at = file.size(), name = stored.name.size(), size = stored.bytes.size();
    if (name > kMost || at > kLimit || size > kLimit - at - kLocalBytes - name) {
      return Status::error(Code::InvalidArgument, "attached files are too large for a zip archive");
    }
    const uint32_t crc = checksum(stored.bytes);
    Record(file).words({kLocalMark}).halves({kVersionNeeded, 0, kStored, 0, kDate}).words({crc, size, size});
    Record(file).halves({name, 0}).letters(stored.name).bytes(stored.bytes);
    Record(directory).words({kCentralMark}).halves({kVersionNeeded, kVersionNeeded, 0, kStored, 0, kDate});
    Record(directory).words({crc, size, size}).halves({name, 0, 0, 0, 0}).words({0, at}).letters(stored.name);
  }
  const size_t begin = file.size();
  if (files.size() > kMost || begin > kLimit || directory.size() > kLimit) {
    return Status::error(Code::InvalidArgument, "attached files are too many for a zip archive");
  }
  Record(file).bytes(directory).words({kEndMark}).halves({0, 0, files.size(), files.size()});
  Record(file).words({directory.size(), begin}).halves({0});
  return {};
}

}  // namespace trireme::model
