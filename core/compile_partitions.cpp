#include "core/compile_partitions.h"

#include <fmt/format.h>

#include "core/plan/needs_check.h"
#include "core/trace_scope.h"

namespace trireme::core {
namespace {

bool same(const PlannedPartition& a, const PlannedPartition& b) {
  return a.delegate == b.delegate && a.nodes == b.nodes && a.inputs == b.inputs && a.outputs == b.outputs;
}

std::unique_ptr<PartitionPool> take(std::vector<std::unique_ptr<PartitionPool>>& pools,
                                    const PlannedPartition& partition) {
  for (std::unique_ptr<PartitionPool>& pool : pools) {
    if (pool && same(pool->planned(), partition)) return std::move(pool);
  }
  return nullptr;
}

Status compileOne(const Graph& graph, PartitionPool& pool, const plan::DelegateFacts& facts, int frames) {
  TRIREME_TRY(pool.compile(1));
  TRIREME_TRY(plan::checkNeeds(graph, pool.planned(), pool.first().needs(), facts));
  return pool.compile(frames);
}

}  // namespace

Result<std::vector<Refusal>> compilePartitions(const Graph& graph, std::span<const PlannedPartition> partitions,
                                               const CompileRequest& request,
                                               std::span<const plan::DelegateFacts> facts,
                                               std::vector<std::unique_ptr<PartitionPool>>& pools) {
  std::vector<std::unique_ptr<PartitionPool>> made;
  std::vector<Refusal> refused;
  for (uint32_t p = 0; p < partitions.size(); ++p) {
    const PlannedPartition& partition = partitions[p];
    std::unique_ptr<PartitionPool> pool = take(pools, partition);
    if (!pool) {
      const TraceScope scope(request.settings.trace, SpanKind::Compile, p);
      pool = std::make_unique<PartitionPool>(graph, partition, *request.delegates[partition.delegate],
                                             CompileOptions{request.settings.precision});
      const Status status = compileOne(graph, *pool, facts[partition.delegate], request.settings.framesInFlight);
      if (!status.ok() && partition.delegate + 1 == request.delegates.size()) {
        return status.during(fmt::format("while compiling partition {} on '{}'", p, facts.back().name));
      }
      if (!status.ok()) {
        const bool memory = status.code() == Code::OutOfMemory;
        refused.push_back({partition.delegate, partition.nodes, memory ? ReasonCode::Memory : ReasonCode::CompileFailed,
                           std::string(status.message())});
        continue;
      }
    }
    made.push_back(std::move(pool));
  }
  pools = std::move(made);
  return refused;
}

}  // namespace trireme::core
