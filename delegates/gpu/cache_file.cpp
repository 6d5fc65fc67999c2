#include "delegates/gpu/cache_file.h"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstring>

#include "core/base/mapped_file.h"
#include "delegates/gpu/rates_record.h"
#include "kernels/gpu/program.h"

namespace trireme::gpu {
namespace {

constexpr uint32_t kMagic = 0x43475254;  // "TRGC"
constexpr uint32_t kVersion = 2;
constexpr uint32_t kMostNames = 1 << 20;  // bytes of a name, so that a damaged length asks for no memory

uint32_t checksum(std::span<const std::byte> bytes) {
  uLong sum = crc32(0, nullptr, 0);
  const auto* at = reinterpret_cast<const Bytef*>(bytes.data());
  for (size_t left = bytes.size(); left > 0;) {
    const uInt part = uInt(std::min<size_t>(left, size_t{1} << 30));
    sum = crc32(sum, at, part);
    at += part;
    left -= part;
  }
  return uint32_t(sum);
}

class Writer {
 public:
  template <class T>
  void number(T value) {
    for (size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(std::byte(uint8_t(uint64_t(value) >> (8 * i))));
  }
  void text(std::string_view text) {
    number(uint32_t(text.size()));
    raw(std::as_bytes(std::span(text)));
  }
  void raw(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void seal() {  // all since the last one
    const uint32_t sum = checksum(std::span(bytes_).subspan(sealed_));
    number(sum);
    sealed_ = bytes_.size();
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
  size_t sealed_ = 0;
};

// Reads what a Writer wrote. Once something is missing or wrong, everything after is.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class T>
  T number() {
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(T) && need(sizeof(T) - i); ++i) value |= uint64_t(bytes_[at_++]) << (8 * i);
    return T(value);
  }
  std::string text() {
    const uint32_t length = number<uint32_t>();
    if (length > kMostNames || !need(length)) {
      good_ = false;
      return {};
    }
    std::string text(reinterpret_cast<const char*>(bytes_.data() + at_), length);
    at_ += length;
    return text;
  }
  std::vector<std::byte> raw(uint64_t length) {
    if (!need(length)) return {};
    std::vector<std::byte> bytes(bytes_.begin() + ptrdiff_t(at_), bytes_.begin() + ptrdiff_t(at_ + length));
    at_ += length;
    return bytes;
  }
  bool sealed() {
    const uint32_t sum = good_ ? checksum(bytes_.subspan(sealed_, at_ - sealed_)) : 0;
    good_ = number<uint32_t>() == sum && good_;
    sealed_ = at_;
    return good_;
  }
  bool good() const { return good_; }
  bool atEnd() const { return at_ == bytes_.size(); }

 private:
  bool need(uint64_t bytes) {
    if (bytes > bytes_.size() - at_) good_ = false;
    return good_;
  }
  std::span<const std::byte> bytes_;
  size_t at_ = 0, sealed_ = 0;
  bool good_ = true;
};

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

// The first thing in which a file's head differs from what it should be.
Status checkHead(Reader& reader, const DriverIdentity& identity) {
  if (reader.number<uint32_t>() != kMagic) return wrong("it is not a cache of programs");
  if (const auto version = reader.number<uint32_t>(); version != kVersion) {
    return wrong(fmt::format("its format is {}, this version reads {}", version, kVersion));
  }
  const auto hash = reader.number<uint64_t>();
  DriverIdentity found;
  for (std::string* field : {&found.api, &found.platform, &found.vendor, &found.device, &found.driver}) {
    *field = reader.text();
  }
  if (!reader.sealed()) return wrong("its head is damaged");
  if (hash != sourcesHash()) return wrong("it was made from other programs");
  if (found.driver != identity.driver) {
    return wrong(fmt::format("it is of driver '{}', this is '{}'", found.driver, identity.driver));
  }
  if (found != identity) return wrong(fmt::format("it is of device '{}', this is '{}'", found.device, identity.device));
  return {};
}

// A file's name that two devices do not share, of letters that every file system takes.
std::string fileName(const DriverIdentity& identity) {
  std::string readable;
  for (char letter : identity.device.substr(0, 48)) {
    readable +=
        std::isalnum(static_cast<unsigned char>(letter)) ? char(std::tolower(static_cast<unsigned char>(letter))) : '-';
  }
  const std::string whole = identity.platform + '\n' + identity.vendor + '\n' + identity.device;
  const uint32_t sum = checksum(std::as_bytes(std::span(whole)));
  return fmt::format("{}_{}_{:08x}.programs", identity.api, readable, sum);
}

Status writeWhole(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  static std::atomic<unsigned> number{0};
  const std::filesystem::path part = path.string() + fmt::format(".{}-{}.part", getpid(), ++number);
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (!file)
    return Status::error(Code::Io, fmt::format("{} cannot be written: {}", part.string(), std::strerror(errno)));
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = std::fclose(file) == 0;
  std::error_code error;
  if (written && closed) {
    std::filesystem::rename(part, path, error);
    if (!error) return {};
  }
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  return Status::error(Code::Io,
                       fmt::format("{} cannot be written{}", path.string(), error ? ": " + error.message() : ""));
}

}  // namespace

std::vector<std::byte> writeCache(const DriverIdentity& identity, std::span<const CacheSection> sections) {
  Writer writer;
  writer.number(kMagic);
  writer.number(kVersion);
  writer.number(sourcesHash());
  for (const std::string* field :
       {&identity.api, &identity.platform, &identity.vendor, &identity.device, &identity.driver}) {
    writer.text(*field);
  }
  writer.seal();
  for (const CacheSection& section : sections) {
    writer.number(uint32_t(section.kind));
    writer.text(section.name);
    writer.number(uint64_t(section.bytes.size()));
    writer.raw(section.bytes);
    writer.seal();
  }
  return writer.take();
}

Result<std::vector<CacheSection>> readCache(const DriverIdentity& identity, std::span<const std::byte> file) {
  Reader reader(file);
  TRIREME_TRY(checkHead(reader, identity));
  std::vector<CacheSection> sections;
  while (!reader.atEnd()) {
    CacheSection section;
    const auto kind = reader.number<uint32_t>();
    section.kind = CacheSection::Kind(kind);
    section.name = reader.text();
    section.bytes = reader.raw(reader.number<uint64_t>());
    if (!reader.sealed()) return wrong(fmt::format("section {} of it is damaged or cut off", sections.size()));
    if (kind < 1 || kind > 3)
      return wrong(fmt::format("section {} of it is of unknown kind {}", sections.size(), kind));
    if (section.kind == CacheSection::Kind::Rates) TRIREME_TRY(readRates(section.bytes).status());
    sections.push_back(std::move(section));
  }
  return sections;
}

CacheFile::CacheFile(std::filesystem::path folder, DriverIdentity identity, size_t mostBytes)
    : folder_(std::move(folder)),
      path_(folder_ / fileName(identity)),
      identity_(std::move(identity)),
      mostBytes_(mostBytes) {}

Result<std::vector<CacheSection>> CacheFile::read() const {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) return std::vector<CacheSection>();
  const uintmax_t bytes = std::filesystem::file_size(path_, error);
  if (!error && bytes > mostBytes_) {
    return wrong(
        fmt::format("{}: it has {} bytes, and {} are the most that is read", path_.string(), bytes, mostBytes_));
  }
  TRIREME_ASSIGN(const std::shared_ptr<const base::FileBytes> file, base::FileBytes::read(path_));
  auto sections = readCache(identity_, file->bytes());
  if (!sections.ok()) return sections.status().during(path_.string());
  return sections;
}

Status CacheFile::add(std::span<const CacheSection> newer) const {
  std::vector<CacheSection> sections;
  if (auto old = read(); old.ok()) sections = std::move(old).value();
  for (const CacheSection& one : newer) {
    std::erase_if(sections, [&](const CacheSection& old) { return old.kind == one.kind && old.name == one.name; });
    sections.push_back(one);
  }
  std::vector<std::byte> bytes = writeCache(identity_, sections);
  while (bytes.size() > mostBytes_ && !sections.empty()) {
    sections.erase(sections.begin());
    bytes = writeCache(identity_, sections);
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    return Status::error(Code::Io, fmt::format("{} cannot be made: {}", folder_.string(), error.message()));
  }
  return writeWhole(path_, bytes);
}

}  // namespace trireme::gpu
