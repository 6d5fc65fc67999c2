#include "core/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/compile_partitions.h"
#include "core/graph/implemented.h"
#include "core/passes/passes.h"
#include "core/plan/form_partitions.h"
#include "core/plan/memory_planner.h"
#include "core/plan/placements.h"
#include "core/plan/plan_verifier.h"
#include "core/plan/schedule.h"
#include "core/source_check.h"
#include "core/trace_scope.h"

namespace trireme::core {
namespace {

// Everything on the way to a plan.
struct Draft {
  std::vector<plan::DelegateFacts> facts;
  plan::SupportTable support;
  plan::CostTable costs;
  plan::Assignment assignment;
  plan::NeedsList needs;
  std::vector<plan::FoldedNode> folded;
  std::vector<plan::PassChange> changes;
};

// The graph as it is planned, and the preserved tensors in it.
Status prepareGraph(CompiledModel::Impl& model, Draft& draft) {
  const TraceScope scope(model.request.settings.trace, SpanKind::Pass);
  const Graph& source = *model.request.chosen.graph;
  const std::vector<std::string>& preserved = model.request.settings.preserved;
  TRIREME_TRY(checkShapes(source, model.request.shapes));
  TRIREME_TRY(findTensors(source, preserved).status());
  TRIREME_TRY(graph::requireImplemented(source));
  TRIREME_ASSIGN(passes::PassResult result, passes::runPasses(source, model.request.shapes, preserved));
  model.graph = std::move(result.graph);
  model.passes = std::move(result.reports);
  for (passes::Folded& one : result.folded) draft.folded.push_back({one.origin, std::move(one.why)});
  for (const passes::Change& one : result.changes) draft.changes.push_back({one.origin, std::string(one.pass)});
  TRIREME_TRY(requireKnownSizes(model.graph));
  TRIREME_ASSIGN(model.preserved, findTensors(model.graph, preserved));
  return {};
}

// One that throws here is asked again while facts are gathered, and left out there.
void renewDelegates(const CompileRequest& request) {
  for (uint32_t d = 0; d < request.delegates.size(); ++d) {
    if (std::ranges::any_of(request.denied, [&](const plan::Denial& one) { return one.delegate == d; })) continue;
    static_cast<void>(run::guarded("opening its device anew", [&] {
      request.delegates[d]->renew();
      return Status();
    }));
  }
}

Status fillTables(const CompiledModel::Impl& model, Draft& draft) {
  const TraceScope scope(model.request.settings.trace, SpanKind::Query);
  const CompileRequest& request = model.request;
  renewDelegates(request);
  draft.facts = plan::gatherFacts(request.delegates);
  draft.support = plan::querySupport(model.graph, request.delegates, draft.facts);
  TRIREME_TRY(plan::applyPolicy(draft.support, model.graph, draft.facts, request.settings, request.denied,
                                uint32_t(model.request.chosen.graph->nodes().size())));
  draft.costs = plan::makeCostTable(model.graph, request.delegates, draft.facts, draft.support, request.measured);
  return {};
}

std::string_view strategyOf(const Settings& settings) {
  return settings.strategy.empty() ? plan::kDefaultStrategy : std::string_view(settings.strategy);
}

Result<std::vector<PlannedPartition>> assign(const CompiledModel::Impl& model, Draft& draft) {
  const Settings& settings = model.request.settings;
  const TraceScope scope(settings.trace, SpanKind::Assign);
  TRIREME_ASSIGN(draft.assignment, plan::assignNodes({model.graph, draft.support, draft.costs, draft.facts,
                                                      settings.minNodes, settings.maxPartitions, model.preserved},
                                                     strategyOf(settings)));
  return plan::formPartitions(model.graph, draft.assignment, model.preserved, draft.costs);
}

// Refusals become reasons in the table and the strategy runs again; the table only loses entries, so this ends.
Status planAndCompile(CompiledModel::Impl& model, Draft& draft) {
  std::vector<PlannedPartition> partitions;
  for (;;) {
    TRIREME_ASSIGN(partitions, assign(model, draft));
    TRIREME_ASSIGN(const std::vector<Refusal> refused,
                   compilePartitions(model.graph, partitions, model.request, draft.facts, model.pools));
    if (refused.empty()) break;
    for (const Refusal& one : refused) {
      for (NodeId node : one.nodes) draft.support.deny(one.delegate, node, one.code, one.why);
    }
  }
  for (const auto& pool : model.pools) draft.needs.push_back(&pool->first().needs());
  plan::Draft steps = plan::schedule({model.graph, partitions, draft.needs, draft.facts, draft.costs, model.preserved},
                                     std::string(strategyOf(model.request.settings)), draft.assignment.proven);
  model.plan = plan::planMemory(std::move(steps), draft.needs, draft.facts);
  return plan::verifyPlan({model.plan, model.graph, draft.facts, draft.needs, model.preserved});
}

Status checkMemoryLimit(const CompiledModel::Impl& model) {
  const size_t limit = model.request.settings.memoryLimitBytes;
  if (limit == 0) return {};
  const plan::MemoryUse use = plan::memoryUse(model.plan);
  const size_t frames = size_t(model.request.settings.framesInFlight);
  size_t weights = 0;
  for (const auto& pool : model.pools) weights += pool->weightBytes();
  const size_t total = use.frameBytes * frames + use.interpreterBytes + weights;
  if (total <= limit) return {};
  return Status::error(
      Code::OutOfMemory,
      fmt::format("the plan needs {} bytes ({} of weights, {} of state, {} for each of {} frame{}); the limit is {}",
                  total, weights, use.interpreterBytes, use.frameBytes, frames, frames == 1 ? "" : "s", limit));
}

void describe(CompiledModel::Impl& model, const Draft& draft) {
  std::vector<std::span<const CallInfo>> calls;
  for (const auto& pool : model.pools) calls.push_back(pool->first().calls());
  model.placements =
      plan::describePlacements({*model.request.chosen.graph, model.graph, model.plan, draft.support, draft.costs,
                                draft.facts, draft.assignment.dropped, draft.folded, calls, draft.changes});
}

void warnIfUnused(const CompiledModel::Impl& model) {
  const uint32_t cpu = uint32_t(model.request.delegates.size() - 1);
  if (cpu == 0 || model.plan.partitions.empty()) return;
  for (const PlannedPartition& partition : model.plan.partitions) {
    if (partition.delegate != cpu) return;
  }
  base::Log(model.request.settings.log).warn("no delegate took a node; everything runs on the CPU");
}

}  // namespace

Result<CompileRequest> requestFor(std::shared_ptr<const Model> model, const Settings& settings) {
  if (!model) return Status::error(Code::InvalidArgument, "there is no model to compile");
  TRIREME_TRY(checkSettings(settings));
  CompileRequest request;
  request.settings = settings;
  request.shapes = settings.inputShapes;
  TRIREME_ASSIGN(request.chosen, chooseGraph(*model, settings.signature));
  TRIREME_ASSIGN(request.delegates, completeDelegates(settings));
  request.model = std::move(model);
  return request;
}

Result<std::shared_ptr<const CompiledModel>> compileModel(CompileRequest request) {
  auto model = std::make_shared<CompiledModel::Impl>();
  model->request = std::move(request);
  Draft draft;
  TRIREME_TRY(prepareGraph(*model, draft));
  TRIREME_TRY(fillTables(*model, draft));
  TRIREME_TRY(planAndCompile(*model, draft));
  TRIREME_TRY(checkMemoryLimit(*model));
  describe(*model, draft);
  model->program = std::make_unique<run::Program>(model->plan, model->request.delegates);
  if (!std::exchange(model->request.again, true)) warnIfUnused(*model);
  std::shared_ptr<const CompiledModel> compiled = std::make_shared<CompiledModel>(std::move(model));
  return compiled;
}

}  // namespace trireme::core
