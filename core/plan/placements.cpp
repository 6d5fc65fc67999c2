#include "core/plan/placements.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/plan/time_text.h"

namespace trireme::plan {
namespace {

class Placer {
 public:
  explicit Placer(const PlacementInput& input) : input_(input), partitionOf_(input.graph.nodes().size(), kNoPartition) {
    for (uint32_t p = 0; p < input.plan.partitions.size(); ++p) {
      for (NodeId node : input.plan.partitions[p].nodes) partitionOf_[index(node)] = p;
    }
    for (uint32_t i = 0; i < input.graph.nodes().size(); ++i) {
      for (uint32_t origin : input.graph.nodes()[i].origins) nodeOf_.emplace(origin, NodeId{i});
    }
    for (const auto& calls : input.calls) {
      for (const CallInfo& call : calls) noteCall(call);
    }
  }

  std::vector<Placement> describe() const {
    std::vector<Placement> placements;
    for (const Node& node : input_.source.nodes()) {
      for (uint32_t origin : node.origins) placements.push_back(place(node, origin));
    }
    std::ranges::sort(placements, {}, [](const Placement& one) { return one.origins.front(); });
    return placements;
  }

 private:
  void noteCall(const CallInfo& call) {
    for (size_t i = 0; i + 1 < call.nodes.size(); ++i) {
      const Node& last = input_.graph.node(call.nodes.back());
      if (call.nodes[i] != call.nodes.back()) fusedInto_[call.nodes[i]] = last.origins.front();
    }
  }

  Placement place(const Node& source, uint32_t origin) const {
    Placement placement;
    placement.origins = {origin};
    placement.op = source.op;
    const std::span<const PassChange> changes = input_.changes;
    for (auto change = std::ranges::lower_bound(changes, origin, {}, &PassChange::origin);
         change != changes.end() && change->origin == origin; ++change) {
      placement.passes.push_back(change->pass);
    }
    if (!source.outputs.empty() && source.outputs.front() != kNoValue) {
      placement.name = input_.source.value(source.outputs.front()).name;
    }
    const auto found = nodeOf_.find(origin);
    if (found == nodeOf_.end()) {
      placement.why = whatBecameOf(origin);
      return placement;
    }
    const NodeId node = found->second;
    placement.partition = partitionOf_[index(node)];
    fillCandidates(placement, node);
    const uint32_t standsFor = input_.graph.node(node).origins.front();
    if (standsFor != origin) {
      placement.fusedInto = standsFor;
      placement.why = fmt::format("merged into operator {}", standsFor);
      return placement;
    }
    if (const auto fused = fusedInto_.find(node); fused != fusedInto_.end()) placement.fusedInto = fused->second;
    placement.runnerUp = runnerUp(placement);
    placement.why = whyThere(placement);
    return placement;
  }

  std::string whatBecameOf(uint32_t origin) const {
    for (const FoldedNode& folded : input_.folded) {
      if (folded.origin == origin) return folded.why;
    }
    return "folded away before planning";
  }

  void fillCandidates(Placement& placement, NodeId node) const {
    for (uint32_t d = 0; d < input_.facts.size(); ++d) {
      Candidate candidate{d, input_.support.at(d, node), input_.costs.node(d, node)};
      if (candidate.support.ok() && placement.partition != kNoPartition &&
          input_.plan.partitions[placement.partition].delegate != d) {
        for (const Dropped& dropped : input_.dropped) {
          const bool here = dropped.delegate == d && std::ranges::find(dropped.nodes, node) != dropped.nodes.end();
          if (here) candidate.support.require(false, ReasonCode::Policy, dropped.why);
        }
      }
      placement.candidates.push_back(std::move(candidate));
    }
  }

  uint32_t chosenFor(const Placement& placement) const { return input_.plan.partitions[placement.partition].delegate; }

  std::optional<uint32_t> runnerUp(const Placement& placement) const {
    std::optional<uint32_t> best;
    for (const Candidate& other : placement.candidates) {
      if (other.delegate == chosenFor(placement) || !other.support.ok()) continue;
      const auto price = [&](uint32_t d) { return placement.candidates[d].predicted.seconds; };
      if (!best || price(other.delegate) < price(*best)) best = other.delegate;
    }
    return best;
  }

  // "npu 41.0 us; cpu 390.0 us", and why the dearer one, where the cheapest plan has it.
  std::string prices(const Placement& placement) const {
    const auto price = [&](uint32_t d) { return placement.candidates[d].predicted.seconds; };
    const auto text = [&](uint32_t d) { return fmt::format("{} {}", input_.facts[d].name, timeText(price(d))); };
    const uint32_t chosen = chosenFor(placement), other = *placement.runnerUp;
    const bool dearer = input_.plan.strategy == "optimal" && price(other) < price(chosen);
    return fmt::format("{}; {}{}", text(chosen), text(other),
                       dearer ? " alone, more with copies, starts and limits" : "");
  }

  std::string whyThere(const Placement& placement) const {
    const uint32_t chosen = chosenFor(placement);
    for (const Candidate& other : placement.candidates) {
      for (const Reason& reason : other.support.reasons()) {
        if (reason.code == ReasonCode::Policy && reason.detail.starts_with("pinned to ")) return reason.detail;
      }
    }
    if (placement.candidates.size() == 1) return "the only delegate";
    if (placement.runnerUp) return prices(placement);
    std::string refused;
    for (const Candidate& other : placement.candidates) {
      if (other.delegate >= chosen) break;
      refused += (refused.empty() ? "" : ", ") + input_.facts[other.delegate].name;
    }
    if (!refused.empty()) return fmt::format("not {}", refused);
    return "nobody else can";
  }

  const PlacementInput& input_;
  std::vector<uint32_t> partitionOf_;
  std::map<uint32_t, NodeId> nodeOf_;
  std::map<NodeId, uint32_t> fusedInto_;
};

}  // namespace

std::vector<Placement> describePlacements(const PlacementInput& input) { return Placer(input).describe(); }

}  // namespace trireme::plan
