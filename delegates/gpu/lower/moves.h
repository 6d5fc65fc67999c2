#pragma once

#include "delegates/gpu/copies.h"
#include "kernels/reference/steering.h"

// What SLICE, PAD, TRANSPOSE and their kind share: each axis of the result walks one axis of the source.
namespace trireme::gpu {

struct TakenAxis {
  int from = -1;                  // axis of the source; none: it stands still
  int64_t start = 0, stride = 1;  // positions there
  int64_t before = 0;             // padding in front
  int64_t inside = 0;             // positions that are not padding
};
struct Taking {
  std::vector<TakenAxis> axes;                  // one an axis of the result
  std::vector<std::pair<int, int64_t>> single;  // axes of the source of which one position is taken
};

// Whether the copy program's axes are enough, however source and result lie.
Support fitsMove(const Shape& from, const Shape& to, const Taking& taking);
void emitMove(Emitter& emitter, const Tensor& src, const Tensor& dst, const Taking& taking, double fill = 0);

// Operands that steer an operator have to be constants. Empty answer: they are.
Support needsConstants(const LowerQuery& query, std::initializer_list<size_t> inputs);
// Their values; needsConstants() has said yes.
reference::Steering steeringOf(const Graph& graph, const Node& node, std::initializer_list<size_t> inputs);
// An axis as the file has it, made positive.
int positiveAxis(int64_t axis, int rank);

}  // namespace trireme::gpu
