#include "core/plan/schedule.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/check.h"
#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

constexpr uint32_t kNobody = UINT32_MAX - 1;
constexpr uint32_t kTheEnd = UINT32_MAX;

// Who can read a value now.
struct Whereabouts {
  uint32_t owner = kNobody;  // of the host block: kHost, an importer's space, or kNobody while it holds nothing
  std::set<uint32_t> onDevices;
  uint32_t producerSpace = kHost;
};

class Scheduler {
 public:
  explicit Scheduler(const ResidenceInput& input) : input_(input), values_(input.graph.values().size()) {
    homes_ = decideResidence(input, draft_.blocks);
    readers_.resize(values_.size());
    for (uint32_t p = 0; p < input.partitions.size(); ++p) {
      for (ValueId value : input.partitions[p].inputs) readers_[index(value)].push_back(p);
    }
  }

  Draft run(std::string strategy, bool proven) {
    draft_.plan.strategy = std::move(strategy);
    draft_.plan.proven = proven;
    draft_.plan.partitions.assign(input_.partitions.begin(), input_.partitions.end());
    for (ValueId value : input_.graph.inputs()) values_[index(value)].owner = kHost;
    for (const StateSlot& slot : input_.graph.state()) values_[index(slot.read)].owner = kHost;
    for (uint32_t p = 0; p < input_.partitions.size(); ++p) runPartition(p);
    finish();
    for (const Step& step : draft_.plan.steps) {
      draft_.plan.predicted.seconds += step.predicted.seconds;
      draft_.plan.predicted.joules += step.predicted.joules;
    }
    findLiveRanges();
    return std::move(draft_);
  }

 private:
  const Home& home(ValueId value) const { return homes_[index(value)]; }
  uint32_t spaceOf(uint32_t delegate) const { return input_.facts[delegate].space; }
  size_t dense(ValueId value) const { return byteSize(input_.graph.value(value).type).value(); }
  Slot hostSlot(ValueId value) const { return {home(value).hostBlock, 0, dense(value)}; }
  Slot deviceSlot(ValueId value, uint32_t space) const { return {home(value).deviceBlock(space), 0, dense(value)}; }

  void add(Action action, uint32_t delegate, const Cost& predicted) {
    draft_.plan.steps.push_back({std::move(action), delegate, {}, predicted});
  }

  // Where a partition of that space works on the value.
  Slot workSlot(ValueId value, uint32_t space, size_t bytes) const {
    const bool onHost = space == kHost || home(value).importedBy(space);
    return {onHost ? home(value).hostBlock : home(value).deviceBlock(space), 0, bytes};
  }

  void giveToHost(ValueId value) {
    Whereabouts& where = values_[index(value)];
    if (where.owner == kHost) return;
    if (where.owner != kNobody) {
      add(HandoverStep{value, hostSlot(value), where.owner, kHost}, where.owner, input_.costs.handover(where.owner));
    } else {
      const uint32_t from = where.producerSpace;
      add(DownloadStep{value, deviceSlot(value, from), hostSlot(value)}, from, input_.costs.copy(from, dense(value)));
    }
    where.owner = kHost;
  }

  void giveToDevice(ValueId value, uint32_t delegate) {
    Whereabouts& where = values_[index(value)];
    const uint32_t space = spaceOf(delegate);
    if (!home(value).importedBy(space)) {
      if (where.onDevices.contains(space)) return;
      giveToHost(value);
      add(UploadStep{value, hostSlot(value), deviceSlot(value, space)}, delegate,
          input_.costs.copy(delegate, dense(value)));
      where.onDevices.insert(space);
      return;
    }
    if (where.owner == space) return;
    if (where.owner == kNobody) giveToHost(value);
    Cost cost = input_.costs.handover(delegate);
    if (where.owner != kHost) cost.seconds += input_.costs.handover(where.owner).seconds;
    add(HandoverStep{value, hostSlot(value), where.owner, delegate}, delegate, cost);
    where.owner = space;
  }

  void giveTo(ValueId value, uint32_t delegate) {
    if (spaceOf(delegate) == kHost) {
      giveToHost(value);
    } else {
      giveToDevice(value, delegate);
    }
  }

  // The partition that reads the value next, or kTheEnd.
  uint32_t nextReader(ValueId value, uint32_t after) const {
    const auto& readers = readers_[index(value)];
    const auto next = std::ranges::upper_bound(readers, after);
    return next == readers.end() ? kTheEnd : *next;
  }

  // What others wait for leaves the device at once, before its queue takes more work.
  void passOn(ValueId value, uint32_t partition, uint32_t space) {
    if (space == kHost || home(value).hostBlock == kNoBlock) return;
    if (!home(value).importedBy(space)) return giveToHost(value);
    const uint32_t next = nextReader(value, partition);
    if (next == kTheEnd) return giveToHost(value);
    const uint32_t reader = input_.partitions[next].delegate;
    if (spaceOf(reader) != space) giveTo(value, reader);
  }

  void runPartition(uint32_t p) {
    const PlannedPartition& partition = input_.partitions[p];
    const PartitionNeeds& needs = *input_.needs[p];
    const uint32_t space = spaceOf(partition.delegate);
    for (ValueId value : partition.inputs) giveTo(value, partition.delegate);
    RunStep run;
    run.partition = p;
    for (size_t i = 0; i < partition.inputs.size(); ++i) {
      run.inputs.push_back(workSlot(partition.inputs[i], space, needs.inputs[i].bytes));
    }
    for (size_t i = 0; i < partition.outputs.size(); ++i) {
      run.outputs.push_back(workSlot(partition.outputs[i], space, needs.outputs[i].bytes));
      written(partition.outputs[i], space);
    }
    run.scratch = scratch(needs.scratch, space);
    add(std::move(run), partition.delegate, partition.predicted);
    for (ValueId value : partition.outputs) passOn(value, p, space);
  }

  void written(ValueId value, uint32_t space) {
    Whereabouts& where = values_[index(value)];
    where.producerSpace = space;
    if (space == kHost || home(value).importedBy(space)) {
      where.owner = space;
    } else {
      where.onDevices.insert(space);
    }
  }

  Slot scratch(const BufferNeed& need, uint32_t space) {
    if (need.bytes == 0) return {kNoBlock, 0, 0};
    size_t alignment = std::max<size_t>(need.alignment, 64);
    if (space != kHost) alignment = std::max(alignment, input_.facts[space].memory.alignment);
    return {addBlock({Block::Kind::Work, space, {}, need.bytes, alignment, UINT32_MAX, 0}), 0, need.bytes};
  }

  uint32_t addBlock(Block block) {
    draft_.blocks.push_back(std::move(block));
    return uint32_t(draft_.blocks.size() - 1);
  }

  // Where a value can be read when the frame is done. What state slots hold changes then, so it is copied before.
  Slot finalSlot(ValueId value) {
    const uint32_t block = home(value).hostBlock;
    if (input_.graph.value(value).isConstant) {
      if (constants_.insert(value).second) draft_.plan.constants.push_back({value, hostSlot(value)});
      return hostSlot(value);
    }
    if (draft_.blocks[block].kind != Block::Kind::State) {
      giveToHost(value);
      return hostSlot(value);
    }
    const auto [copy, isNew] = stateCopies_.try_emplace(value, Slot{});
    if (isNew) {
      copy->second = {addBlock({Block::Kind::Outputs, kHost, {}, dense(value), 256, UINT32_MAX, 0}), 0, dense(value)};
      const uint32_t cpu = uint32_t(input_.facts.size() - 1);
      add(UploadStep{value, hostSlot(value), copy->second}, cpu, input_.costs.copy(cpu, dense(value)));
    }
    return copy->second;
  }

  void finish() {
    ExecutionPlan& plan = draft_.plan;
    for (ValueId value : input_.graph.inputs()) plan.inputs.push_back(hostSlot(value));
    for (ValueId value : input_.graph.outputs()) plan.outputs.push_back(finalSlot(value));
    for (ValueId value : input_.preserved) plan.preserved.push_back(finalSlot(value));
    for (const StateSlot& slot : input_.graph.state()) {
      const Slot kept = hostSlot(slot.read);
      plan.commits.push_back({slot.written == slot.read ? kept : finalSlot(slot.written), kept});
      atTheEnd_.insert(plan.commits.back().written.arena);
    }
  }

  void findLiveRanges() {
    for (uint32_t s = 0; s < draft_.plan.steps.size(); ++s) {
      for (const Access& access : accessesOf(draft_.plan.steps[s])) {
        TRIREME_CHECK(access.slot.arena < draft_.blocks.size(), "every slot of a step has a block");
        Block& block = draft_.blocks[access.slot.arena];
        block.first = std::min(block.first, s);
        block.last = std::max(block.last, s);
      }
    }
    for (uint32_t block : atTheEnd_) draft_.blocks[block].last = kTheEnd;
  }

  const ResidenceInput& input_;
  Draft draft_;
  std::vector<Home> homes_;
  std::vector<Whereabouts> values_;
  std::vector<std::vector<uint32_t>> readers_;  // partitions, ascending, by value
  std::set<ValueId> constants_;
  std::map<ValueId, Slot> stateCopies_;
  std::set<uint32_t> atTheEnd_;  // blocks that commits read
};

}  // namespace

Draft schedule(const ResidenceInput& input, std::string strategy, bool proven) {
  return Scheduler(input).run(std::move(strategy), proven);
}

}  // namespace trireme::plan
