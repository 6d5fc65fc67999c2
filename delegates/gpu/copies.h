#pragma once

#include "delegates/gpu/emitter.h"

// Everything that only moves elements, as one program.
namespace trireme::gpu {

// An axis of the destination, and where it leads in the source: coordinate - before, inside from 0 to srcExtent - 1.
struct CopyAxis {
  int64_t extent = 1, srcStep = 0, dstStep = 0;
  int64_t before = 0, srcExtent = 1;  // srcExtent == extent, before == 0: no padding
};
CopyAxis plainAxis(int64_t extent, int64_t srcStep, int64_t dstStep);

struct CopyJob {
  Tensor src, dst;
  int64_t srcAt = 0, dstAt = 0;  // elements from the tensors' own first ones
  std::vector<CopyAxis> axes;    // outermost first, the last one walks channels
  int64_t padLanes = 0;          // lanes behind each run of the last axis that become zero; its dstStep is 1 then
  double fill = 0;               // outside the source; integer storage: the code
};
// Axes that can be walked as one become one; those of extent 1 vanish.
std::vector<CopyAxis> mergeAxes(std::vector<CopyAxis> axes);
inline constexpr size_t kMostCopyAxes = 5;
// Whether the job's axes fit the program once they are merged. `reason`: for Support.
bool fitsCopy(const std::vector<CopyAxis>& axes);
void emitCopyJob(Emitter& emitter, const CopyJob& job);
// For jobs that cannot do it themselves because their last axis does not walk the channels of dst: all its pad lanes.
void zeroPadLanes(Emitter& emitter, const Tensor& dst);

// dst = src, row by row, converted where their storages differ.
void emitCopy(Emitter& emitter, const Tensor& src, const Tensor& dst);

// The axes of a tensor as steps in elements, outermost first; rank 0 has one axis of extent 1.
std::vector<int64_t> stepsOf(const Tensor& tensor);
std::vector<int64_t> extentsOf(const Tensor& tensor);
// Lanes behind the channels of `dst` that whoever writes them must zero.
int64_t padLanesOf(const Emitter& emitter, const Tensor& dst);

}  // namespace trireme::gpu
