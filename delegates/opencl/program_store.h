#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "delegates/gpu/cache_file.h"
#include "delegates/gpu/rates_record.h"
#include "delegates/opencl/devices.h"
#include "kernels/gpu/program.h"

namespace trireme::opencl {

struct StoreOptions {
  uint32_t vectorWidth = 4;
  std::string buildOptions;                   // beside the usual ones
  std::filesystem::path cacheFolder;          // empty: nothing is kept
  std::filesystem::path logFile;              // the compiler's words, whole, are added here; empty: nowhere
  std::function<void(std::string_view)> log;  // told why a cache is of no use; may be empty
};

// The compiled kernels of a device, by key. What is asked for together and is new becomes one program, taken from the
// cache where it holds all or some of it. Safe from any thread; compiles one at a time, as drivers do anyway.
class ProgramStore {
 public:
  // Table, context and device outlive it. The cache is read when it is first of use.
  ProgramStore(const Api& api, cl_context context, cl_device_id device, gpu::DriverIdentity identity,
               StoreOptions options);
  Status compile(std::span<const gpu::KernelKey> keys);
  // A kernel object of the caller's own, of a key that is compiled.
  Result<Kernel> make(const gpu::KernelKey& key) const;

  // What the device's self-check said in an earlier process, and what was measured there; none: unknown.
  std::optional<std::string> verdict();
  void keepVerdict(std::string_view verdict);
  std::optional<gpu::GpuRates> rates();
  void keepRates(const gpu::GpuRates& rates);

  // Keeps what was compiled from source. Late, after the first runs: PoCL translates a kernel when it first runs, and
  // its binary holds only what was translated by then. Asking PoCL for it costs about as much again.
  void save();
  void leak();  // everything, for a device that hangs

 private:
  using Names = std::vector<std::string>;
  void readCache();
  const gpu::CacheSection* section(gpu::CacheSection::Kind kind, std::string_view name);
  void keep(std::vector<gpu::CacheSection> newer);
  std::vector<gpu::KernelKey> missing(std::span<const gpu::KernelKey> keys) const;
  void takeFromCache(std::vector<gpu::KernelKey>& wanted);
  std::optional<ClProgram> load(const gpu::CacheSection& section) const;
  Result<ClProgram> compileSource(std::span<const gpu::KernelKey> keys);
  Status buildFailure(cl_program program, std::span<const gpu::KernelKey> keys, cl_int code);
  std::optional<gpu::CacheSection> binaryOf(cl_program program, std::span<const gpu::KernelKey> keys) const;
  std::string sectionName(std::span<const gpu::KernelKey> keys) const;

  const Api& api_;
  const std::string buildOptions_;
  cl_context context_;
  cl_device_id device_;
  StoreOptions options_;
  std::optional<gpu::CacheFile> file_;
  mutable std::mutex mutex_;
  std::vector<ClProgram> programs_;
  std::map<gpu::KernelKey, size_t> at_;                                // position in programs_
  std::vector<std::pair<size_t, std::vector<gpu::KernelKey>>> fresh_;  // compiled here: position, keys
  std::optional<std::vector<gpu::CacheSection>> sections_;             // once read
};

}  // namespace trireme::opencl
