#pragma once

#include "core/plan/cost_table.h"
#include "core/plan/draft.h"

namespace trireme::plan {

// Where a value that crosses borders lies.
struct Home {
  uint32_t hostBlock = kNoBlock;
  std::vector<uint32_t> importers;                          // spaces that use the host block itself
  std::vector<std::pair<uint32_t, uint32_t>> deviceBlocks;  // space and block
  uint32_t deviceBlock(uint32_t space) const;               // kNoBlock: none
  bool importedBy(uint32_t space) const;
};

struct ResidenceInput {
  const Graph& graph;
  std::span<const PlannedPartition> partitions;
  const NeedsList& needs;
  std::span<const DelegateFacts> facts;
  const CostTable& costs;
  std::span<const ValueId> preserved;
};

// Decides for every border value where it lies: in the host's memory when the host or several devices use it, shared
// with each device that can import host memory and where that is cheaper than a copy, else with a copy on each device.
// The model's inputs and state are never shared: a device that fails must not take them along. Adds the blocks to
// `blocks`. By value id.
std::vector<Home> decideResidence(const ResidenceInput& input, std::vector<Block>& blocks);

// Before there are partitions: by value id, the devices that could use a value where it lies in host memory, dense.
// Independent: each could whether or not the others do, so any set of users shares as stated here.
struct Sharing {
  std::vector<std::vector<uint32_t>> importers;
  bool independent = true;
};
Sharing possibleSharing(const Graph& graph, std::span<const DelegateFacts> facts, const CostTable& costs,
                        std::span<const ValueId> preserved);

}  // namespace trireme::plan
