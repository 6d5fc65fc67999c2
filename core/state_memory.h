#pragma once

#include "core/frame_io.h"

namespace trireme::core {

// What lives with the interpreter: the kept values of all state slots. Frames share it.
class StateMemory {
 public:
  // Makes room for the plan's state; keeps the values where there are some, else they start anew.
  Status fit(const CompiledModel::Impl& model);
  void reset(const CompiledModel::Impl& model);
  // The hung devices keep what they may still read.
  Status abandon(const CompiledModel::Impl& model, std::span<const uint32_t> hung);
  // Into the place of its arena, if the plan has one.
  void give(const ExecutionPlan& plan, std::vector<std::shared_ptr<run::HostBlock>>& blocks) const;

 private:
  std::shared_ptr<run::HostBlock> block_;
  std::vector<Slot> slots_;  // where block_ holds them
};

}  // namespace trireme::core
