#include "core/plan/copy_causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/graph/op_table.h"
#include "core/plan/layout.h"

namespace trireme::plan {
namespace {

bool samePlace(const Slot& a, const Slot& b) { return a.arena == b.arena && a.offset == b.offset; }

// A copy as three words: what, to where, for whom.
struct Moved {
  ValueId value{};
  Slot to;
  uint32_t receiver = kHost;  // of a hand-over
  bool handover = false;
};

std::optional<Moved> movedBy(const Action& action) {
  if (const auto* up = std::get_if<UploadStep>(&action)) return Moved{up->value, up->to};
  if (const auto* down = std::get_if<DownloadStep>(&action)) return Moved{down->value, down->to};
  if (const auto* over = std::get_if<HandoverStep>(&action)) return Moved{over->value, over->slot, over->to, true};
  return std::nullopt;
}

// A node of a partition that reads a copied value.
struct Reader {
  NodeId node;
  uint32_t partition;
};

class Causes {
 public:
  explicit Causes(const CopyCauseInput& input) : input_(input), partitionOf_(input.graph.nodes().size(), kNoPartition) {
    for (uint32_t p = 0; p < input.plan.partitions.size(); ++p) {
      for (const NodeId node : input.plan.partitions[p].nodes) partitionOf_[index(node)] = p;
    }
    for (const Placement& placement : input.placements) {
      for (const uint32_t origin : placement.origins) placements_.emplace(origin, &placement);
    }
  }

  std::vector<CopyCause> tell() const {
    std::vector<CopyCause> causes;
    for (uint32_t s = 0; s < input_.plan.steps.size(); ++s) {
      if (const auto moved = movedBy(input_.plan.steps[s].action)) causes.push_back(causeOf(s, *moved));
    }
    return causes;
  }

 private:
  uint32_t origin(NodeId node) const { return input_.graph.node(node).origins.front(); }
  uint32_t delegateOf(NodeId node) const { return input_.plan.partitions[partitionOf_[index(node)]].delegate; }
  // Where it runs, unless an end of the copy says so: the device that copies, or the CPU on the host.
  std::string onWhom(NodeId node, uint32_t step) const {
    const uint32_t delegate = delegateOf(node);
    const bool known = delegate == input_.plan.steps[step].delegate || delegate + 1 == input_.names.size();
    return known ? "" : " on " + input_.names[delegate];
  }
  std::string nameOf(NodeId node) const {
    return fmt::format("node {} {}", origin(node), graph::nodeName(input_.graph.node(node)));
  }

  bool runsThere(const Moved& moved, uint32_t delegate) const {
    return !moved.handover || moved.receiver == kHost || moved.receiver == delegate;
  }

  void addReaders(const RunStep& run, const Moved& moved, std::vector<Reader>& readers) const {
    const PlannedPartition& partition = input_.plan.partitions[run.partition];
    for (size_t i = 0; i < run.inputs.size(); ++i) {
      if (partition.inputs[i] != moved.value || !samePlace(run.inputs[i], moved.to)) continue;
      if (!runsThere(moved, partition.delegate)) continue;
      for (const NodeId node : input_.graph.consumers(moved.value)) {
        if (partitionOf_[index(node)] == run.partition) readers.push_back({node, run.partition});
      }
    }
  }

  // Whoever reads the value where the step put it, or where a later copy from there put it.
  std::vector<Reader> readersAfter(uint32_t step, const Moved& moved) const {
    std::vector<Reader> readers;
    for (uint32_t s = step + 1; s < input_.plan.steps.size(); ++s) {
      const Action& action = input_.plan.steps[s].action;
      if (const auto* run = std::get_if<RunStep>(&action)) addReaders(*run, moved, readers);
      const auto* up = std::get_if<UploadStep>(&action);
      if (up == nullptr || up->value != moved.value || !samePlace(up->from, moved.to)) continue;
      for (const Reader& one : readersAfter(s, {up->value, up->to})) readers.push_back(one);
    }
    return readers;
  }

  // The first reason why `delegate` has not got the node; null: it takes it.
  const Reason* refusal(uint32_t delegate, NodeId node) const {
    const auto found = placements_.find(origin(node));
    if (found == placements_.end()) return nullptr;
    for (const Candidate& candidate : found->second->candidates) {
      if (candidate.delegate != delegate || candidate.support.ok()) continue;
      return &candidate.support.reasons().front();
    }
    return nullptr;
  }

  bool isKept(ValueId value, const Slot& slot) const {
    const auto isHere = [&](const Slot& one) { return samePlace(one, slot); };
    const auto isWritten = [&](const Commit& commit) { return samePlace(commit.written, slot); };
    const auto ends = [&](const StateSlot& state) { return state.written == value; };
    const bool isOutput = std::ranges::any_of(input_.plan.outputs, isHere);
    return isOutput || std::ranges::any_of(input_.plan.preserved, isHere) ||
           (std::ranges::any_of(input_.plan.commits, isWritten) && std::ranges::any_of(input_.graph.state(), ends));
  }

  std::string madeBy(ValueId value, uint32_t step) const {
    const std::optional<NodeId> maker = input_.graph.producer(value);
    if (maker) return fmt::format("made by {}{}", nameOf(*maker), onWhom(*maker, step));
    const auto holds = [&](const StateSlot& state) { return state.read == value; };
    return std::ranges::any_of(input_.graph.state(), holds) ? "state, which lies on the host"
                                                            : "an input of the model, which lies on the host";
  }

  std::string readBy(const std::vector<Reader>& readers, const Reader& first, uint32_t step) const {
    std::string text = fmt::format("read by {}{}", nameOf(first.node), onWhom(first.node, step));
    if (readers.size() > 1) text += fmt::format(" and {}", countText(readers.size() - 1, "more node"));
    return text;
  }

  // Which end of the copy the other end's delegate refuses.
  void blame(NodeId maker, const Reader& reader, CopyCause& cause) const {
    for (const auto& [delegate, node] :
         {std::pair(delegateOf(maker), reader.node), std::pair(delegateOf(reader.node), maker)}) {
      const Reason* reason = refusal(delegate, node);
      if (reason == nullptr) continue;
      cause.refused = {delegate, origin(node)};
      cause.why += fmt::format("; {} does not take node {} ({})", input_.names[delegate], origin(node),
                               reasonName(reason->code));
      return;
    }
    if (delegateOf(maker) == delegateOf(reader.node)) return;
    cause.why += input_.plan.strategy == "optimal" ? "; each takes the other's node too, this way is cheaper"
                                                   : "; each takes the other's node too, the strategy parts them";
  }

  CopyCause causeOf(uint32_t step, const Moved& moved) const {
    CopyCause cause{step, madeBy(moved.value, step), std::nullopt};
    const std::optional<NodeId> maker = input_.graph.producer(moved.value);
    const std::vector<Reader> readers = readersAfter(step, moved);
    if (readers.empty() || isKept(moved.value, moved.to)) {
      const bool isOutput = std::ranges::find(input_.graph.outputs(), moved.value) != input_.graph.outputs().end();
      cause.why += isOutput ? "; an output of the model" : "; wanted on the host at the end";
      if (readers.empty()) return cause;
      cause.why += fmt::format(", and {}", readBy(readers, readers.front(), step));
      return cause;
    }
    const auto isRefused = [&](const Reader& one) { return maker && refusal(delegateOf(*maker), one.node) != nullptr; };
    const auto found = std::ranges::find_if(readers, isRefused);
    const Reader& first = found == readers.end() ? readers.front() : *found;
    cause.why += fmt::format(", {}", readBy(readers, first, step));
    if (maker) blame(*maker, first, cause);
    return cause;
  }

  const CopyCauseInput& input_;
  std::vector<uint32_t> partitionOf_;
  std::map<uint32_t, const Placement*> placements_;
};

}  // namespace

std::vector<CopyCause> copyCauses(const CopyCauseInput& input) { return Causes(input).tell(); }

}  // namespace trireme::plan
