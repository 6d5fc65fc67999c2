#pragma once

#include <string>

#include "kernels/gpu/program.h"
#include "trireme/graph.h"

// What a partition is lowered to: plain data that knows no API and no device.
namespace trireme::gpu {

// Memory that dispatches name by its position in DispatchList::buffers.
struct BufferSpec {
  enum class Kind : uint8_t { Input, Output, Scratch, Weights };
  Kind kind = Kind::Scratch;
  uint32_t number = 0;  // of the partition's input or output, or of the chunk of weights; Scratch: 0
  size_t bytes = 0;
  bool operator==(const BufferSpec&) const = default;
};
struct Binding {
  uint16_t buffer = 0;
  bool written = false;
  size_t offset = 0, bytes = 0;  // offset: a multiple of GpuLimits::bindingAlignment
  bool operator==(const Binding&) const = default;
};
struct Dispatch {
  KernelKey kernel;
  std::vector<Binding> bindings;  // in the order of ProgramInfo::buffers
  std::vector<std::byte> params;  // of the program's Params struct
  Extent groups{1, 1, 1};
  bool barrierBefore = false;  // something before it must be done and seen first
  uint32_t call = 0;           // position in DispatchList::calls
  double operations = 0;       // multiply-adds count two
  double bytes = 0;            // read and written
};
// The nodes that consecutive dispatches compute together, the one whose output they write last.
struct DispatchCall {
  std::vector<NodeId> nodes;
  std::string why;  // for people: "PAD fused in; 8x2 outputs an item"
};
struct DispatchList {
  std::vector<BufferSpec> buffers;
  std::vector<Dispatch> dispatches;
  std::vector<DispatchCall> calls;
};

// Sets barrierBefore from the byte ranges: read after write, write after read, write after write, since the last
// barrier. readSlack: as in GpuLimits.
void markHazards(DispatchList& list, size_t readSlack = 0);

// A line a buffer, then a line a dispatch: call, program, groups, bindings, parameters, barrier. Stable, for goldens.
std::string print(const DispatchList& list);

}  // namespace trireme::gpu
