#pragma once

#include "trireme/device.h"

namespace trireme::run {

// Host memory that frames share with devices and with each other. Every byte begins as `fill`. Freed when the last of
// them lets go.
class HostBlock {
 public:
  static Result<std::shared_ptr<HostBlock>> create(size_t bytes, size_t alignment, std::byte fill = std::byte{0});
  ~HostBlock();
  HostBlock(const HostBlock&) = delete;
  HostBlock& operator=(const HostBlock&) = delete;
  std::span<std::byte> bytes() const { return bytes_; }
  size_t alignment() const { return alignment_; }

 private:
  HostBlock(std::span<std::byte> bytes, size_t alignment) : bytes_(bytes), alignment_(alignment) {}
  std::span<std::byte> bytes_;
  size_t alignment_;
};

}  // namespace trireme::run
