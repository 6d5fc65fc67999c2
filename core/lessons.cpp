#include "core/lessons.h"

#include <algorithm>
#include <numeric>

#include "core/graph/signature.h"
#include "core/plan/cost_table.h"

namespace trireme::core {
namespace {

double estimateOf(const CompiledModel::Impl& model, uint32_t delegate, NodeId node) {
  const Delegate& asked = *model.request.delegates[delegate];
  return plan::estimateNode(model.graph, asked, asked.info().rates, node).seconds;
}

// What nodes took in one go.
void addTogether(const CompiledModel::Impl& model, uint32_t delegate, std::span<const NodeId> nodes, double seconds,
                 Lessons& lessons) {
  if (nodes.size() == 1) {
    lessons.addNode(graph::signatureOf(model.graph, nodes[0]), seconds, estimateOf(model, delegate, nodes[0]));
    return;
  }
  Lessons::Fused fused;
  for (const NodeId node : nodes) {
    fused.signatures.push_back(graph::signatureOf(model.graph, node));
    fused.estimates.push_back(estimateOf(model, delegate, node));
  }
  fused.seconds = seconds;
  lessons.addFused(std::move(fused));
}

}  // namespace

void Lessons::addNode(const std::string& signature, double seconds, double estimated) {
  Sum& sum = nodes_[signature];
  sum.seconds += seconds;
  sum.estimated += estimated;
  ++sum.count;
}

void Lessons::add(const Lessons& other) {
  for (const auto& [signature, sum] : other.nodes_) {
    Sum& own = nodes_[signature];
    own.seconds += sum.seconds;
    own.estimated += sum.estimated;
    own.count += sum.count;
  }
  fused_.insert(fused_.end(), other.fused_.begin(), other.fused_.end());
}

bool Lessons::leavesOpen() const {
  const auto isOpen = [&](const Fused& fused) {
    return std::ranges::any_of(fused.signatures, [&](const std::string& one) { return !knows(one); });
  };
  return std::ranges::any_of(fused_, isOpen);
}

void Lessons::teach(plan::MeasuredCosts& costs) const {
  for (const auto& [signature, sum] : nodes_) {
    costs.nodes[signature] = {sum.seconds / sum.count, sum.estimated / sum.count};
  }
  for (const Fused& fused : fused_) {
    double alone = 0;
    const double estimated = std::accumulate(fused.estimates.begin(), fused.estimates.end(), 0.0);
    for (size_t i = 0; i < fused.signatures.size(); ++i) {
      // Nobody knows the node alone: its share of the call, as estimates have it.
      const double share = estimated > 0 ? fused.estimates[i] / estimated : 1.0 / double(fused.signatures.size());
      const auto [known, isNew] = costs.nodes.try_emplace(
          fused.signatures[i], plan::MeasuredCosts::NodeTime{share * fused.seconds, fused.estimates[i]});
      alone += known->second.seconds;
    }
    const double saved = (alone - fused.seconds) / double(fused.signatures.size() - 1);
    if (saved <= 1e-9 * fused.seconds) continue;
    for (size_t i = 1; i < fused.signatures.size(); ++i) {
      costs.fusions[plan::fusionKey(fused.signatures[i - 1], fused.signatures[i])] = saved;
    }
  }
}

double startOf(const CompiledModel::Impl& model, uint32_t delegate) {
  const plan::MeasuredList& measured = model.request.measured;
  const DeviceRates& rates = model.request.delegates[delegate]->info().rates;
  const bool known = delegate < measured.size() && measured[delegate];
  return known ? measured[delegate]->startSeconds.value_or(rates.startSeconds) : rates.startSeconds;
}

std::vector<Lessons> lessonsOf(const CompiledModel::Impl& model, const Observation& seen) {
  std::vector<Lessons> lessons(model.request.delegates.size());
  for (uint32_t s = 0; s < model.plan.steps.size(); ++s) {
    const auto* run = std::get_if<RunStep>(&model.plan.steps[s].action);
    if (!run) continue;
    const PlannedPartition& partition = model.plan.partitions[run->partition];
    const uint32_t delegate = partition.delegate;
    if (model.request.delegates[delegate]->info().label != TimeLabel::Measured) continue;
    const std::span<const CallInfo> calls = model.pools[run->partition]->first().calls();
    bool told = false;
    for (uint32_t c = 0; c < calls.size(); ++c) {
      const auto found = seen.calls.find({run->partition, c});
      if (found == seen.calls.end() || calls[c].nodes.empty()) continue;
      addTogether(model, delegate, calls[c].nodes, found->second, lessons[delegate]);
      told = true;
    }
    if (told || partition.nodes.empty()) continue;
    addTogether(model, delegate, partition.nodes, std::max(seen.steps[s] - startOf(model, delegate), 0.0),
                lessons[delegate]);
  }
  return lessons;
}

}  // namespace trireme::core
