#pragma once

#include <functional>
#include <mutex>

#include "delegates/gpu/cache_file.h"
#include "delegates/gpu/rates_record.h"

namespace trireme::gpu {

struct DeviceCacheOptions {
  std::filesystem::path folder;  // empty: nothing is kept
  std::string api;               // "OpenCL", for sentences
  std::string form;              // what programs and rates depend on beside the driver, such as build options
  std::function<void(std::string_view)> log;  // told once why a cache is of no use; may be empty
};

// What is kept of a device between processes: its programs as their store writes them, the verdict of its self-check,
// its rates. The file is read when it is first of use. Safe from any thread; nothing fails for want of a cache.
class DeviceCache {
 public:
  DeviceCache(DriverIdentity identity, DeviceCacheOptions options);
  const std::string& form() const { return options_.form; }
  bool keeps() const { return file_.has_value(); }
  std::span<const CacheSection> sections();  // as an earlier process left them
  // Puts these into the place of those of the same kind and name.
  void keep(std::span<const CacheSection> newer);

  // What the self-check said, and what was measured in this form; none: unknown.
  std::optional<std::string> verdict();
  void keepVerdict(std::string_view verdict);
  std::optional<GpuRates> rates();
  void keepRates(const GpuRates& rates);
  void say(std::string_view sentence);  // to the log, if it is the first

 private:
  const CacheSection* find(CacheSection::Kind kind, std::string_view name);

  const DeviceCacheOptions options_;
  std::optional<CacheFile> file_;
  std::once_flag read_, said_;
  std::vector<CacheSection> sections_;
};

}  // namespace trireme::gpu
