#pragma once

#include "core/partition_pool.h"
#include "core/plan/measured_costs.h"
#include "core/plan/policy.h"
#include "core/run/program.h"
#include "core/settings_check.h"

namespace trireme {

namespace core {

// All that a compiled model follows from: the same request gives the same plan.
struct CompileRequest {
  std::shared_ptr<const Model> model;
  ChosenGraph chosen;  // of the model
  Settings settings;
  std::vector<std::shared_ptr<Delegate>> delegates;  // the CPU is last
  std::vector<InputShape> shapes;                    // the inputs that differ from the file
  std::vector<plan::Denial> denied;                  // devices that failed in an earlier frame
  plan::MeasuredList measured;                       // by delegate; empty: estimates
  bool again = false;                                // a plan was made before: warnings were said
  std::vector<TunedPlan> tuned;                      // what tuning tried before
};

}  // namespace core

// Never moved: compiled partitions and the program refer to graph and plan. Members go in reverse order.
struct CompiledModel::Impl {
  core::CompileRequest request;
  Graph graph;  // after the passes
  std::vector<ValueId> preserved;
  ExecutionPlan plan;
  std::vector<std::unique_ptr<core::PartitionPool>> pools;  // by partition; what they hand out changes, nothing else
  std::vector<Placement> placements;
  std::vector<PassReport> passes;
  std::unique_ptr<const run::Program> program;
};

}  // namespace trireme
