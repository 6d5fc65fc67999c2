#include "delegates/gpu/uploads.h"

#include <mutex>

namespace trireme::gpu {
namespace {

void keepForGood(std::vector<std::byte> bytes) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::vector<std::byte>>;  // outlives what destructors of statics start
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(bytes));
}

}  // namespace

Status uploadAndWait(GpuDevice& device, std::vector<std::byte> bytes, BufferView to, TimePoint deadline) {
  Status status = device.upload(bytes, to).wait(deadline);
  if (status.code() == Code::DeadlineExceeded) keepForGood(std::move(bytes));
  return status;
}

}  // namespace trireme::gpu
