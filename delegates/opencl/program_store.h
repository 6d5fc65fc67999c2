#pragma once

#include <filesystem>
#include <map>

#include "delegates/gpu/device_cache.h"
#include "delegates/opencl/devices.h"
#include "kernels/gpu/program.h"

namespace trireme::opencl {

struct StoreOptions {
  uint32_t vectorWidth = 4;
  std::string buildOptions;       // from buildOptions()
  std::filesystem::path logFile;  // the compiler's words, whole, are added here; empty: nowhere
};
// The usual ones and these.
std::string buildOptions(std::string_view more);
// The form of a device's cache: binaries of other options or vector widths are never looked up.
std::string cacheForm(const StoreOptions& options);

// The compiled kernels of a device, by key. What is asked for together and is new becomes one program, taken from the
// cache where it holds all or some of it. Safe from any thread; compiles one at a time, as drivers do anyway.
class ProgramStore {
 public:
  // Table, context, device and cache outlive it.
  ProgramStore(const Api& api, cl_context context, cl_device_id device, gpu::DeviceCache& cache, StoreOptions options);
  Status compile(std::span<const gpu::KernelKey> keys);
  // A kernel object of the caller's own, of a key that is compiled.
  Result<Kernel> make(const gpu::KernelKey& key) const;

  // Keeps what was compiled from source. Late, after the first runs: PoCL translates a kernel when it first runs, and
  // its binary holds only what was translated by then. Asking PoCL for it costs about as much again.
  void save();
  void leak();  // everything, for a device that hangs

 private:
  std::vector<gpu::KernelKey> missing(std::span<const gpu::KernelKey> keys) const;
  void takeFromCache(std::vector<gpu::KernelKey>& wanted);
  std::optional<ClProgram> load(const gpu::CacheSection& section) const;
  Result<ClProgram> compileSource(std::span<const gpu::KernelKey> keys);
  Status buildFailure(cl_program program, std::span<const gpu::KernelKey> keys, cl_int code);
  std::optional<gpu::CacheSection> binaryOf(cl_program program, std::span<const gpu::KernelKey> keys) const;
  std::string sectionName(std::span<const gpu::KernelKey> keys) const;

  const Api& api_;
  cl_context context_;
  cl_device_id device_;
  gpu::DeviceCache& cache_;
  const StoreOptions options_;
  mutable std::mutex mutex_;
  std::vector<ClProgram> programs_;
  std::map<gpu::KernelKey, size_t> at_;                                // position in programs_
  std::vector<std::pair<size_t, std::vector<gpu::KernelKey>>> fresh_;  // compiled here: position, keys
};

}  // namespace trireme::opencl
