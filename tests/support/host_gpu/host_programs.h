#pragma once

#include "kernels/gpu/program.h"

// The GPU programs as functions of this process, for each vector width: compiled from the same texts.
namespace trireme::gpu::host {

struct Item;
struct HostMemory {
  std::byte* data = nullptr;
  size_t bytes = 0;
  uint32_t* writers = nullptr;  // of a written one: an entry an element, zero before the dispatch
};
struct HostCall {
  std::span<const HostMemory> buffers;
  const std::byte* params = nullptr;
  std::span<const int32_t> constants;
};
using HostKernel = void (*)(const HostCall& call, const Item& item);
struct HostProgram {
  std::string_view name;
  uint32_t vectorWidth;
  uint16_t variant;
  HostKernel kernel;
};
// One list a program, generated.
std::span<const std::span<const HostProgram>> hostPrograms();
HostKernel hostKernel(const KernelKey& key, uint32_t vectorWidth);

}  // namespace trireme::gpu::host
