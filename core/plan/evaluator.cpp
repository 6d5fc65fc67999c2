#include "core/plan/evaluator.h"

#include "core/plan/form_partitions.h"
#include "core/plan/schedule.h"

namespace trireme::plan {
namespace {

PartitionNeeds denseNeeds(const Graph& graph, const PlannedPartition& partition) {
  const auto dense = [&](ValueId value) {
    const auto bytes = byteSize(graph.value(value).type);
    return BufferNeed{bytes.ok() ? bytes.value() : 0, 1};
  };
  PartitionNeeds needs;
  for (ValueId value : partition.inputs) needs.inputs.push_back(dense(value));
  for (ValueId value : partition.outputs) needs.outputs.push_back(dense(value));
  return needs;
}

}  // namespace

Result<Cost> priceOf(const StrategyInput& input, const Assignment& assignment) {
  TRIREME_ASSIGN(const std::vector<PlannedPartition> partitions,
                 formPartitions(input.graph, assignment, input.preserved, input.costs));
  std::vector<PartitionNeeds> needs;
  for (const PlannedPartition& partition : partitions) needs.push_back(denseNeeds(input.graph, partition));
  NeedsList list;
  for (const PartitionNeeds& one : needs) list.push_back(&one);
  return schedule({input.graph, partitions, list, input.facts, input.costs, input.preserved}, {}, false).plan.predicted;
}

}  // namespace trireme::plan
