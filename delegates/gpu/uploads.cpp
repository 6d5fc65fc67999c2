#include "delegates/gpu/uploads.h"

#include "core/base/for_good.h"

namespace trireme::gpu {

Status uploadAndWait(GpuDevice& device, std::vector<std::byte> bytes, BufferView to, TimePoint deadline) {
  Status status = device.upload(bytes, to).wait(deadline);
  if (status.code() == Code::DeadlineExceeded) {
    base::keepForGood(std::make_shared<std::vector<std::byte>>(std::move(bytes)));
  }
  return status;
}

}  // namespace trireme::gpu
