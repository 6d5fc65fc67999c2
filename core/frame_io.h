#pragma once

#include "core/live_frame.h"

namespace trireme::core {

// What the user sees of a frame: the memory of inputs, outputs and preserved tensors, his own among it. Stays where it
// is when a plan is made anew, unless a hung device may still touch it or the new plan wants other places. Looks at a
// plan only in fit(), so that a frame can be filled while another one's failure changes the plan.
class FrameIo {
 public:
  using Memory = std::span<std::byte>;

  // Makes room for the plan's inputs and outputs; keeps what inputs hold.
  Status fit(const CompiledModel::Impl& model);
  void fillConstants(const CompiledModel::Impl& model);
  Memory input(size_t index) const { return at(inputSlots_[index]); }
  Memory output(size_t index) const {
    return ownOutputs_[index] ? ownOutputs_[index]->memory : at(outputSlots_[index]);
  }
  Memory preserved(size_t index) const { return at(preservedSlots_[index]); }

  // The caller's memory; takes effect with the next live frame.
  Status bindInput(size_t index, Memory memory);
  Status bindOutput(size_t index, Memory memory);
  // Memory of the caller that the plan's partitions may use directly; the rest is copied.
  std::vector<run::Borrowed> lend(const CompiledModel::Impl& model);
  void copyIn() const;
  void copyOut() const;

  std::vector<std::shared_ptr<run::HostBlock>> blocks() const { return {inputs_, outputs_}; }
  // The hung devices keep what they may touch; we go on with copies. Views of the old memory stay readable.
  Status abandon(const CompiledModel::Impl& model, std::span<const uint32_t> hung);

 private:
  struct Own {
    Memory memory;
    bool direct = false;  // lent to the partitions
  };
  Memory at(const Slot& slot) const;
  bool mayLend(const CompiledModel::Impl& model, const Slot& slot, Memory memory) const;
  bool overlapsInput(Memory memory) const;

  std::shared_ptr<run::HostBlock> inputs_, outputs_;
  std::vector<Slot> inputSlots_, outputSlots_, preservedSlots_;  // of the plan that they fit
  std::vector<std::shared_ptr<run::HostBlock>> retired_;         // for views that were given out
  std::vector<std::optional<Own>> ownInputs_, ownOutputs_;       // by index
};

// Whether a step of one of these delegates' queues may touch that arena.
bool mayTouch(const CompiledModel::Impl& model, std::span<const uint32_t> delegates, uint32_t arena);

// Memory as that arena wants it: `block` itself where it fits, else a new one.
Result<std::shared_ptr<run::HostBlock>> fitBlock(std::shared_ptr<run::HostBlock> block, const Arena& arena);

}  // namespace trireme::core
