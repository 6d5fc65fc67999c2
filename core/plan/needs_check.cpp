#include "core/plan/needs_check.h"

#include <fmt/format.h>

#include <bit>

namespace trireme::plan {
namespace {

constexpr size_t kMostAlignment = size_t(1) << 20;
constexpr size_t kMostBytes = size_t(1) << 48;

Status wrong(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

Status checkNeed(const BufferNeed& need, size_t least, std::string_view what, const DelegateFacts& facts) {
  if (need.bytes < least) {
    return wrong(fmt::format("it asks for {} bytes for {}, which has {}", need.bytes, what, least));
  }
  if (!std::has_single_bit(need.alignment) || need.alignment > kMostAlignment) {
    return wrong(fmt::format("it asks for an alignment of {} for {}", need.alignment, what));
  }
  const size_t most = facts.inHostMemory ? kMostBytes : std::min(kMostBytes, facts.memory.maxAllocation);
  if (need.bytes <= most) return {};
  return Status::error(Code::OutOfMemory,
                       fmt::format("{} needs {} bytes, more than the {} of one allocation", what, need.bytes, most));
}

Status checkValues(const Graph& graph, std::span<const ValueId> values, std::span<const BufferNeed> needs,
                   std::string_view what, const DelegateFacts& facts) {
  if (values.size() != needs.size()) {
    return wrong(fmt::format("it has needs for {} {}s, the partition has {}", needs.size(), what, values.size()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const Value& value = graph.value(values[i]);
    TRIREME_ASSIGN(const size_t bytes, byteSize(value.type));
    TRIREME_TRY(checkNeed(needs[i], bytes, fmt::format("{} '{}'", what, value.name), facts));
  }
  return {};
}

}  // namespace

Status checkNeeds(const Graph& graph, const PlannedPartition& partition, const PartitionNeeds& needs,
                  const DelegateFacts& facts) {
  TRIREME_TRY(checkValues(graph, partition.inputs, needs.inputs, "input", facts));
  TRIREME_TRY(checkValues(graph, partition.outputs, needs.outputs, "output", facts));
  TRIREME_TRY(checkNeed(needs.scratch, 0, "scratch", facts));
  for (const InPlace& pair : needs.inPlace) {
    if (pair.input >= needs.inputs.size() || pair.output >= needs.outputs.size()) {
      return wrong(fmt::format("it offers output {} in place of input {}, and has {} and {}", pair.output, pair.input,
                               needs.outputs.size(), needs.inputs.size()));
    }
  }
  if (needs.maxBound < 0) return wrong(fmt::format("it may be bound {} times", needs.maxBound));
  return {};
}

}  // namespace trireme::plan
