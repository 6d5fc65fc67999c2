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

}  // namespace trireme::gpu::host
