#include "delegates/emulated/cost_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/work.h"
#include "delegates/emulated/support.h"

namespace trireme::emulated {
namespace {

constexpr double kUnlimited = 1e18;  // bytes a second, where memory does not count

// The type's own figure; without one the least that the profile states.
double figureOf(const PerType& figures, DataType dtype, double otherwise) {
  double least = 0;
  for (const auto& [type, figure] : figures) {
    if (type == dtype) return figure;
    least = least == 0 ? figure : std::min(least, figure);
  }
  return figures.empty() ? otherwise : least;
}

DataType dataTypeOf(const Profile& profile, const Graph& graph, const Node& node) {
  const OpRow* row = rowOf(profile, node.op);
  const auto data = size_t(row ? row->data : 0);
  if (data < node.inputs.size() && node.inputs[data] != kNoValue) return graph.value(node.inputs[data]).type.dtype;
  return node.outputs.empty() ? DataType::Float32 : graph.value(node.outputs[0]).type.dtype;
}

// Where float32 tensors are kept in 16 bits, half of their bytes are moved.
int64_t bytesMoved(const Profile& profile, const Graph& graph, const Node& node, int64_t bytes) {
  if (profile.exact()) return bytes;
  for (const std::vector<ValueId>* ids : {&node.inputs, &node.outputs}) {
    for (const ValueId id : *ids) {
      if (id == kNoValue || graph.value(id).type.dtype != DataType::Float32) continue;
      const auto size = byteSize(graph.value(id).type);
      if (size.ok()) bytes -= int64_t(size.value() / 2);
    }
  }
  return std::max<int64_t>(bytes, 0);
}

}  // namespace

NodeCost nodeCost(const Profile& profile, const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const Performance& perf = profile.perf;
  const DataType dtype = dataTypeOf(profile, graph, node);
  const graph::Work work = graph::nodeWork(graph, id);
  const int64_t bytes = bytesMoved(profile, graph, node, work.bytes);
  double rate = figureOf(perf.macsPerSecond, dtype, 1);
  if (node.op == OpKind::DepthwiseConv2d) rate = figureOf(perf.depthwiseMacsPerSecond, dtype, rate);
  NodeCost cost;
  cost.arithmetic = double(work.operations) / 2 / rate;  // a MAC is two operations
  cost.memory = perf.bytesPerSecond > 0 ? double(bytes) / perf.bytesPerSecond : 0;
  cost.overhead = perf.nodeSeconds;
  if (profile.energy) {
    const Energy& energy = *profile.energy;
    cost.joules = double(work.operations) / 2 * figureOf(energy.joulesPerMac, dtype, 0) +
                  double(bytes) * energy.joulesPerByte + cost.seconds() * energy.staticWatts;
  }
  return cost;
}

double copySeconds(const Profile& profile, size_t bytes) {
  return profile.perf.copySeconds + double(bytes) / profile.perf.copyBytesPerSecond;
}

DeviceRates ratesOf(const Profile& profile) {
  const Performance& perf = profile.perf;
  DeviceRates rates;
  for (const auto& [type, rate] : perf.macsPerSecond) rates.flopsPerSecond = std::max(rates.flopsPerSecond, 2 * rate);
  rates.bytesPerSecond = perf.bytesPerSecond > 0 ? perf.bytesPerSecond : kUnlimited;
  rates.startSeconds = perf.partitionSeconds;
  rates.copyStartSeconds = perf.copySeconds;
  rates.copyBytesPerSecond = perf.copyBytesPerSecond;
  return rates;
}

std::string describe(const NodeCost& cost) {
  return fmt::format("arithmetic {:.1f} us, memory {:.1f} us, overhead {:.1f} us", cost.arithmetic * 1e6,
                     cost.memory * 1e6, cost.overhead * 1e6);
}

}  // namespace trireme::emulated
