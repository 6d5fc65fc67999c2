#pragma once

#include "core/compiled_model.h"
#include "core/run/execution.h"

namespace trireme::core {

// All that a device may touch while a frame runs, tied together so that it can outlive the interpreter after a hang.
struct LiveFrame {
  uint64_t generation = 0;  // of the runner's plan and state
  std::shared_ptr<const CompiledModel> compiled;
  std::vector<PartitionPool::Lease> leases;
  std::unique_ptr<run::BoundFrame> bound;
  std::unique_ptr<run::Execution> execution;  // gone first
};

struct LiveFrameParts {
  std::shared_ptr<const CompiledModel> compiled;
  std::vector<std::shared_ptr<run::HostBlock>> blocks;  // by arena; null: made here
  std::vector<run::Borrowed> borrowed;
  run::ExecutionRules rules;
};
// Leases, memory and bound partitions, or whose fault it was that there are none.
std::optional<run::SetupFailure> createLiveFrame(LiveFrameParts parts, std::unique_ptr<LiveFrame>& live);

// Keeps a frame that a hung device may still touch until the device has finished, or the process ends: its memory
// cannot be given back before.
void bury(std::unique_ptr<LiveFrame> live);

}  // namespace trireme::core
