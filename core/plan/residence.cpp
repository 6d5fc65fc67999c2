#include "core/plan/residence.h"

#include <algorithm>
#include <map>

#include "core/base/check.h"

namespace trireme::plan {
namespace {

// Enough for every device seen so far, so that outputs keep their places when a plan loses a device.
constexpr size_t kOutputAlignment = 256;
constexpr size_t kHostAlignment = 64;

// What the graph wants of a value and who uses it.
struct Use {
  bool border = false;
  Block::Kind kind = Block::Kind::Work;
  bool written = false;                  // into a state slot
  std::map<uint32_t, BufferNeed> needs;  // by space, kHost included
};

void require(Use& use, uint32_t space, const BufferNeed& need) {
  BufferNeed& most = use.needs[space];
  most.bytes = std::max(most.bytes, need.bytes);
  most.alignment = std::max(most.alignment, need.alignment);
  use.border = true;
}

void markEnds(const ResidenceInput& input, std::vector<Use>& uses) {
  const auto mark = [&](ValueId value, Block::Kind kind) {
    Use& use = uses[index(value)];
    use.border = true;
    if (use.kind == Block::Kind::Work) use.kind = kind;
  };
  for (ValueId value : input.graph.inputs()) mark(value, Block::Kind::Inputs);
  for (const StateSlot& slot : input.graph.state()) mark(slot.read, Block::Kind::State);
  for (ValueId value : input.graph.outputs()) mark(value, Block::Kind::Outputs);
  for (ValueId value : input.preserved) mark(value, Block::Kind::Outputs);
  for (const StateSlot& slot : input.graph.state()) {
    const bool constant = input.graph.value(slot.written).isConstant;
    mark(slot.written, constant ? Block::Kind::Outputs : Block::Kind::Work);
    uses[index(slot.written)].written = true;
  }
}

std::vector<Use> collectUses(const ResidenceInput& input) {
  std::vector<Use> uses(input.graph.values().size());
  markEnds(input, uses);
  for (size_t p = 0; p < input.partitions.size(); ++p) {
    const PlannedPartition& partition = input.partitions[p];
    const uint32_t space = input.facts[partition.delegate].space;
    for (size_t i = 0; i < partition.inputs.size(); ++i) {
      require(uses[index(partition.inputs[i])], space, input.needs[p]->inputs[i]);
    }
    for (size_t i = 0; i < partition.outputs.size(); ++i) {
      require(uses[index(partition.outputs[i])], space, input.needs[p]->outputs[i]);
    }
  }
  return uses;
}

size_t aligned(size_t bytes, size_t alignment) { return (bytes + alignment - 1) / alignment * alignment; }

// At most what the arena of the outputs can grow to.
size_t outputArenaBound(const ResidenceInput& input, const std::vector<Use>& uses) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < uses.size(); ++i) {
    if (uses[i].kind != Block::Kind::Outputs) continue;
    size_t most = byteSize(input.graph.values()[i].type).value(), alignment = kOutputAlignment;
    for (const auto& [space, need] : uses[i].needs) {
      most = std::max(most, need.bytes);
      alignment = std::max(alignment, need.alignment);
    }
    bytes += aligned(most, alignment) + alignment;
  }
  return bytes;
}

// Of these spaces as many as can import one arena of that size together: its size is a multiple of every alignment and
// within every limit.
std::vector<uint32_t> sharersOf(std::span<const DelegateFacts> facts, std::span<const uint32_t> spaces, size_t bytes) {
  std::vector<uint32_t> sharers;
  size_t unit = 1, limit = SIZE_MAX;
  for (uint32_t space : spaces) {
    const MemoryTraits& memory = facts[space].memory;
    if (memory.importAlignment == 0) continue;
    const size_t trialUnit = std::max(unit, memory.importAlignment);
    const size_t trialLimit = std::min(limit, memory.maxAllocation);
    if (bytes > trialLimit || trialLimit / trialUnit * trialUnit < bytes) continue;
    sharers.push_back(space);
    unit = trialUnit;
    limit = trialLimit;
  }
  return sharers;
}

bool contains(std::span<const uint32_t> list, uint32_t one) { return std::ranges::find(list, one) != list.end(); }

std::vector<uint32_t> deviceSpaces(std::span<const DelegateFacts> facts) {
  std::vector<uint32_t> spaces;
  for (uint32_t d = 0; d < facts.size(); ++d) {
    if (facts[d].space == d) spaces.push_back(d);
  }
  return spaces;
}

class Residence {
 public:
  Residence(const ResidenceInput& input, std::vector<Use> uses, std::vector<Block>& blocks)
      : input_(input), blocks_(blocks), uses_(std::move(uses)) {
    outputSharers_ = sharersOf(input.facts, deviceSpaces(input.facts), outputArenaBound(input, uses_));
  }

  std::vector<Home> decide() {
    std::vector<Home> homes(uses_.size());
    for (uint32_t i = 0; i < uses_.size(); ++i) {
      if (uses_[i].border) homes[i] = settle(ValueId{i}, uses_[i]);
    }
    return homes;
  }

  // As if every device used every value.
  Sharing everybodyShares() {
    const std::vector<uint32_t> spaces = deviceSpaces(input_.facts);
    Sharing sharing;
    sharing.importers.resize(uses_.size());
    for (uint32_t i = 0; i < uses_.size(); ++i) {
      const auto size = byteSize(input_.graph.values()[i].type);
      if (input_.graph.values()[i].isConstant || !size.ok()) continue;
      Use use = uses_[i];
      for (uint32_t space : spaces) require(use, space, {size.value(), 1});
      sharing.importers[i] = importersOf(use, size.value());
      for (uint32_t space : spaces) {
        Use alone = uses_[i];
        require(alone, space, {size.value(), 1});
        const bool could = !importersOf(alone, size.value()).empty();
        if (could != contains(sharing.importers[i], space)) sharing.independent = false;
      }
    }
    return sharing;
  }

 private:
  Home settle(ValueId value, const Use& use) {
    const auto size = byteSize(input_.graph.value(value).type);
    TRIREME_CHECK(size.ok(), "values at borders have a known size");
    const size_t dense = size.value();
    Home home;
    const bool kept = use.kind != Block::Kind::Work || use.written;
    const bool onHost = kept || use.needs.contains(kHost) || use.needs.size() != 1;
    if (onHost) home.importers = importersOf(use, dense);
    Block host{use.kind, kHost, home.importers, dense, kHostAlignment, UINT32_MAX, 0};
    if (use.kind == Block::Kind::Inputs || use.kind == Block::Kind::Outputs) host.alignment = kOutputAlignment;
    for (const auto& [space, need] : use.needs) {
      const size_t alignment =
          space == kHost ? need.alignment : std::max(need.alignment, input_.facts[space].memory.alignment);
      if (space == kHost || contains(home.importers, space)) {
        host.bytes = std::max(host.bytes, need.bytes);
        host.alignment = std::max(host.alignment, alignment);
      } else {
        home.deviceBlocks.emplace_back(
            space, add({Block::Kind::Work, space, {}, std::max(dense, need.bytes), alignment, UINT32_MAX, 0}));
      }
    }
    if (onHost) home.hostBlock = add(std::move(host));
    return home;
  }

  // The devices that use the value where it lies in host memory.
  std::vector<uint32_t> importersOf(const Use& use, size_t dense) const {
    if (use.kind == Block::Kind::Inputs || use.kind == Block::Kind::State) return {};
    std::vector<uint32_t> cheaper;
    size_t bytes = dense;
    for (const auto& [space, need] : use.needs) {
      bytes = std::max(bytes, need.bytes);
      if (space == kHost) continue;
      const bool shares = use.kind != Block::Kind::Outputs || contains(outputSharers_, space);
      if (shares && input_.costs.handover(space).seconds <= input_.costs.copy(space, dense).seconds) {
        cheaper.push_back(space);
      }
    }
    return sharersOf(input_.facts, cheaper, bytes);
  }

  uint32_t add(Block block) {
    blocks_.push_back(std::move(block));
    return uint32_t(blocks_.size() - 1);
  }

  const ResidenceInput& input_;
  std::vector<Block>& blocks_;
  std::vector<Use> uses_;
  std::vector<uint32_t> outputSharers_;
};

}  // namespace

uint32_t Home::deviceBlock(uint32_t space) const {
  for (const auto& [owner, block] : deviceBlocks) {
    if (owner == space) return block;
  }
  return kNoBlock;
}

bool Home::importedBy(uint32_t space) const { return contains(importers, space); }

std::vector<Home> decideResidence(const ResidenceInput& input, std::vector<Block>& blocks) {
  return Residence(input, collectUses(input), blocks).decide();
}

Sharing possibleSharing(const Graph& graph, std::span<const DelegateFacts> facts, const CostTable& costs,
                        std::span<const ValueId> preserved) {
  const NeedsList noNeeds;
  std::vector<Block> noBlocks;
  const ResidenceInput input{graph, {}, noNeeds, facts, costs, preserved};
  return Residence(input, collectUses(input), noBlocks).everybodyShares();
}

}  // namespace trireme::plan
