#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// What is wrong with the products that a device has instructions of its own for; empty where it has none, or they are
// right.
struct ProductFaults {
  std::string dots, matrices;
};
// Computes small products by GpuLimits::dotProducts and by GpuLimits::matrixUnit, whose sums are whole numbers, with
// edges in every direction, and compares them with the host. What the driver cannot compile is a fault too. A failure:
// the device itself is lost, or was not done within `patience`.
Result<ProductFaults> checkProducts(GpuDevice& device, std::chrono::nanoseconds patience);

}  // namespace trireme::gpu
