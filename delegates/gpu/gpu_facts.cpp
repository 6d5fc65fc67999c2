#include "delegates/gpu/gpu_facts.h"

namespace trireme::gpu {

GpuFacts factsOf(const GpuLimits& limits, const MemoryTraits& traits) {
  GpuFacts facts;
  facts.largestBinding = limits.maxBinding;
  facts.largestAllocation = traits.maxAllocation;
  facts.bindingAlignment = limits.bindingAlignment;
  facts.importAlignment = traits.importAlignment;
  facts.groupMemory = limits.sharedBytes;
  facts.groupItems = limits.maxGroupSize;
  facts.vectorWidth = limits.vectorWidth;
  if (limits.float64) facts.features.emplace_back("float64");
  if (limits.halfStorage) facts.features.emplace_back("half");
  if (limits.localTiles) facts.features.emplace_back("tiles");
  if (limits.dotProducts) facts.features.emplace_back("dot");
  if (limits.matrixUnit) facts.features.emplace_back("matrix");
  if (traits.importAlignment > 0) facts.features.emplace_back("import");
  return facts;
}

}  // namespace trireme::gpu
