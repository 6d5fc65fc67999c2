#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delegates/gpu/quirks.h"
#include "trireme/status.h"

// What a device's driver made of our programs and what was measured of it, kept between processes: one file a device. A
// file that is damaged, of another driver or of other programs is rejected as a whole, with one sentence.
namespace trireme::gpu {

struct CacheSection {
  enum class Kind : uint32_t { Programs = 1, SelfCheck = 2, Rates = 3 };  // Rates: writeRates()
  Kind kind = Kind::Programs;
  std::string name;  // with the kind: unique in a file
  std::vector<std::byte> bytes;
  bool operator==(const CacheSection&) const = default;
};

// The bytes of a file, in little-endian: magic, version, sourcesHash(), who the driver is, sections; a CRC behind the
// head and each section.
std::vector<std::byte> writeCache(const DriverIdentity& identity, std::span<const CacheSection> sections);
// InvalidArgument with what is wrong.
Result<std::vector<CacheSection>> readCache(const DriverIdentity& identity, std::span<const std::byte> file);

// The file of a device in a folder. Safe from any thread; several processes may share it: each takes what it finds and
// writes the file anew, whole or not at all.
class CacheFile {
 public:
  static constexpr size_t kMostBytes = size_t{64} << 20;  // older sections are dropped above it
  CacheFile(std::filesystem::path folder, DriverIdentity identity, size_t mostBytes = kMostBytes);
  const std::filesystem::path& path() const { return path_; }
  // No file: no sections. Io or InvalidArgument, with the file's path, where it is there and of no use.
  Result<std::vector<CacheSection>> read() const;
  // Adds sections, or puts them in the place of those of the same kind and name, in what the file holds by now.
  Status add(std::span<const CacheSection> newer) const;

 private:
  std::filesystem::path folder_, path_;
  DriverIdentity identity_;
  size_t mostBytes_;
};

}  // namespace trireme::gpu
