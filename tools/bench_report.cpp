#include "tools/bench_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/graph/work.h"
#include "tools/call_times.h"
#include "tools/compare_plans.h"
#include "tools/statistics.h"
#include "tools/trace_collector.h"

namespace trireme::tools {
namespace {

double us(double seconds) { return seconds * 1e6; }

Json usOrNull(const std::optional<double>& seconds) { return seconds ? Json(us(*seconds)) : Json(nullptr); }

bool isCpu(const CompiledModel& compiled, const PlannedPartition& partition) {
  return partition.delegate + 1 == compiled.delegates().size();
}

size_t fileNodes(const CompiledModel& compiled, const PlannedPartition& partition) {
  size_t count = 0;
  for (const NodeId node : partition.nodes) count += compiled.graph().node(node).origins.size();
  return count;
}

int64_t macsOf(const CompiledModel& compiled, const PlannedPartition& partition) {
  int64_t macs = 0;
  for (const NodeId node : partition.nodes) macs += graph::nodeWork(compiled.graph(), node).macs;
  return macs;
}

// Median time of a step; none where it was not timed.
std::optional<double> stepSeconds(const BenchRow& row, size_t step) {
  if (step >= row.steps.size() || row.steps[step].empty()) return std::nullopt;
  return medianOf(row.steps[step]);
}

// A number a partition, in their order.
std::vector<std::optional<double>> partitionSeconds(const BenchRow& row) {
  const ExecutionPlan& plan = row.compiled->plan();
  std::vector<std::optional<double>> times(plan.partitions.size());
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    if (const auto* run = std::get_if<RunStep>(&plan.steps[i].action)) times[run->partition] = stepSeconds(row, i);
  }
  return times;
}

// The fields of the times, null as long as there are none.
void addTimes(Json& entry, const BenchRow& row) {
  for (const char* name :
       {"median_us", "min_us", "mean_us", "p90_us", "p95_us", "p99_us", "max_us", "mad_us", "ci95_us"}) {
    entry[name] = nullptr;
  }
  if (row.seconds.empty()) return;
  const Summary summary = summaryOf(row.seconds);
  entry["median_us"] = us(summary.median);
  entry["min_us"] = us(summary.min);
  entry["mean_us"] = us(summary.mean);
  entry["p90_us"] = us(summary.p90);
  entry["p95_us"] = us(summary.p95);
  entry["p99_us"] = us(summary.p99);
  entry["max_us"] = us(summary.max);
  entry["mad_us"] = us(summary.mad);
  if (summary.ci95) entry["ci95_us"] = {us(summary.ci95->low), us(summary.ci95->high)};
}

void addCosts(Json& entry, const BenchModel& model, const BenchRow& row, std::optional<size_t> peakBytes) {
  entry["first_us"] = usOrNull(row.firstSeconds);
  entry["load_us"] = usOrNull(model.loadSeconds);
  entry["prepare_us"] = usOrNull(row.prepareSeconds);
  entry["compile_us"] = usOrNull(row.compileSeconds);
  entry["peak_rss_bytes"] = peakBytes ? Json(*peakBytes) : Json(nullptr);
  // Where a device is emulated, the CPU does its work too: the time would not be the host's share.
  const bool own = !row.seconds.empty() && labelOf(*row.compiled) == TimeLabel::Measured;
  entry["cpu_us_per_run"] = own ? Json(us(row.cpuSeconds / double(row.seconds.size()))) : Json(nullptr);
}

void addCoverage(Json& entry, const BenchRow& row) {
  for (const char* name : {"macs", "macs_delegated", "nodes", "nodes_delegated", "bytes_copied", "predicted_us"}) {
    entry[name] = nullptr;
  }
  if (row.compiled) {
    const CompiledModel& compiled = *row.compiled;
    int64_t macs = 0, macsDelegated = 0;
    size_t nodes = 0, nodesDelegated = 0;
    for (const PlannedPartition& partition : compiled.plan().partitions) {
      const int64_t ofPartition = macsOf(compiled, partition);
      const size_t count = fileNodes(compiled, partition);
      macs += ofPartition;
      nodes += count;
      if (isCpu(compiled, partition)) continue;
      macsDelegated += ofPartition;
      nodesDelegated += count;
    }
    entry["macs"] = macs;
    entry["macs_delegated"] = macsDelegated;
    entry["nodes"] = nodes;
    entry["nodes_delegated"] = nodesDelegated;
    entry["bytes_copied"] = copyPart(row).bytes;
    entry["predicted_us"] = us(compiled.plan().predicted.seconds);
  }
  const auto error = errorPercent(row);
  entry["error_percent"] = error ? Json(*error) : Json(nullptr);
}

void addParts(Json& entry, const BenchRow& row) {
  entry["plan"] = row.compiled ? planJson(*row.compiled) : Json(nullptr);
  entry["partition_us"] = nullptr;
  entry["copy_us"] = nullptr;
  if (row.seconds.empty()) return;
  entry["partition_us"] = Json::array();
  entry["copy_us"] = Json::array();
  for (const auto& seconds : partitionSeconds(row)) entry["partition_us"].push_back(usOrNull(seconds));
  for (const CopyStep& copy : copiesOf(*row.compiled))
    entry["copy_us"].push_back(usOrNull(stepSeconds(row, copy.step)));
}

Json medianCalls(const BenchRow& row) {
  std::vector<TraceSpan> spans;
  for (const auto& [call, times] : row.calls) {
    TraceSpan span{SpanKind::Node, 0, call.second, 0, 0, int64_t(medianOf(times) * 1e9 + 0.5), 0, call.first};
    spans.push_back(span);
  }
  return callsJson(spans, *row.compiled);
}

}  // namespace

std::vector<DelegatePart> delegateParts(const BenchRow& row) {
  const CompiledModel& compiled = *row.compiled;
  const auto times = partitionSeconds(row);
  std::vector<DelegatePart> parts(compiled.delegates().size());
  for (size_t i = 0; i < parts.size(); ++i) parts[i].delegate = compiled.delegates()[i]->info().name;
  for (size_t i = 0; i < times.size(); ++i) {
    const PlannedPartition& partition = compiled.plan().partitions[i];
    DelegatePart& part = parts[partition.delegate];
    ++part.partitions;
    part.nodes += fileNodes(compiled, partition);
    part.macs += macsOf(compiled, partition);
    part.seconds += times[i].value_or(0);
  }
  std::erase_if(parts, [](const DelegatePart& part) { return part.partitions == 0; });
  return parts;
}

CopyPart copyPart(const BenchRow& row) {
  CopyPart part;
  for (const CopyStep& copy : copiesOf(*row.compiled)) {
    ++part.copies;
    part.bytes += copy.bytes;
    part.seconds += stepSeconds(row, copy.step).value_or(0);
  }
  return part;
}

std::optional<double> errorPercent(const BenchRow& row) {
  if (row.seconds.empty()) return std::nullopt;
  const double measured = medianOf(row.seconds);
  if (!(measured > 0)) return std::nullopt;
  return 100 * (row.compiled->plan().predicted.seconds - measured) / measured;
}

bool isValid(const BenchRow& row) { return row.refused.ok() && !isOutOfBounds(row) && row.enough; }

Json benchRowJson(const BenchModel& model, const BenchRow& row, std::optional<size_t> peakBytes) {
  const BenchConfiguration& configuration = *row.configuration;
  const bool timed = !row.seconds.empty();
  Json entry = {{"model", model.word},
                {"type", model.type},
                {"delegates", configuration.delegates},
                {"specs", configuration.specs},
                {"strategy", configuration.strategy},
                {"threads", configuration.threads},
                {"label", row.compiled ? Json(timeLabelName(labelOf(*row.compiled))) : Json(nullptr)},
                {"runs", row.seconds.size()},
                {"warm_up_runs", row.compiled ? Json(row.warmUpRuns) : Json(nullptr)},
                {"warm_up_steady", timed ? Json(row.steady) : Json(nullptr)}};
  addTimes(entry, row);
  addCosts(entry, model, row, peakBytes);
  addCoverage(entry, row);
  addParts(entry, row);
  entry["difference"] = differenceJson(row.difference);
  entry["disturbed_blocks"] = timed ? Json(row.disturbedBlocks) : Json(nullptr);
  entry["refused"] = row.refused.ok() ? Json(nullptr) : Json(row.refused.message());
  entry["valid"] = isValid(row);
  if (!row.calls.empty()) entry["calls"] = medianCalls(row);
  return entry;
}

}  // namespace trireme::tools
