#pragma once

#include "delegates/gpu/gpu_device.h"
#include "trireme/delegate.h"

// A GPU made of this process: the programs as C++, one item after another, every access checked. Memory is as large as
// was asked for, filled with 0xFF when it is made, and invisible to the host.
namespace trireme::gpu::host {

std::unique_ptr<GpuDevice> makeHostGpu(uint32_t vectorWidth);
// The same with other limits; their vector width counts.
std::unique_ptr<GpuDevice> makeHostGpu(const GpuLimits& limits);
std::shared_ptr<Delegate> makeHostGpuDelegate(uint32_t vectorWidth, std::optional<Precision> precision = {});

// Limits of a discrete GPU whose groups have so few items that small products too go by tiles.
GpuLimits tiledLimits(uint32_t vectorWidth, uint32_t groupSize = 4);
std::shared_ptr<Delegate> makeTiledHostGpuDelegate(uint32_t vectorWidth);
// Limits of a CPU whose vectors have an item a lane.
GpuLimits lanesLimits();
std::shared_ptr<Delegate> makeLanesHostGpuDelegate();

// Limits of a device that has products of four codes, and multiplies matrices: the emulated unit, with subgroups of two
// items, whatever the product. `groups`: as MatrixUnit's.
GpuLimits productLimits(uint32_t vectorWidth, int32_t groups = 3);
std::shared_ptr<Delegate> makeProductHostGpuDelegate(uint32_t vectorWidth);

}  // namespace trireme::gpu::host
