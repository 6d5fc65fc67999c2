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

// Medians of parts do not add up to the median of the whole where times are skewed, as those of shared cores are. Where
// they nearly do, the calls are stretched to fill the partition; else the calls overlap, and are taken as told.
double stretchOf(double calls, double work) {
  constexpr double kNear = 1.5;
  const double stretch = calls > 0 ? work / calls : 1;
  return stretch > 1 / kNear && stretch < kNear ? stretch : 1;
}

// From a partition that took `work` beside its start.
void learnPartition(const CompiledModel::Impl& model, uint32_t number, const Observation& seen, double work,
                    Lessons& lessons) {
  const PlannedPartition& partition = model.plan.partitions[number];
  const std::span<const CallInfo> calls = model.pools[number]->first().calls();
  const auto secondsOf = [&](uint32_t call) {
    const auto found = seen.calls.find({number, call});
    return found == seen.calls.end() || calls[call].nodes.empty() ? -1 : found->second;
  };
  double told = -1;
  for (uint32_t c = 0; c < calls.size(); ++c) {
    if (secondsOf(c) >= 0) told = std::max(told, 0.0) + secondsOf(c);
  }
  if (told < 0 && !partition.nodes.empty()) addTogether(model, partition.delegate, partition.nodes, work, lessons);
  for (uint32_t c = 0; c < calls.size(); ++c) {
    if (secondsOf(c) < 0) continue;
    addTogether(model, partition.delegate, calls[c].nodes, secondsOf(c) * stretchOf(told, work), lessons);
  }
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
    const uint32_t delegate = model.plan.partitions[run->partition].delegate;
    if (model.request.delegates[delegate]->info().label != TimeLabel::Measured) continue;
    const double work = std::max(seen.steps[s] - startOf(model, delegate), 0.0);
    learnPartition(model, run->partition, seen, work, lessons[delegate]);
  }
  return lessons;
}

}  // namespace trireme::core
