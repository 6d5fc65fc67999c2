#include "tools/zoo/half_weights.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "kernels/common/half_float.h"

namespace trireme::zoo {
namespace {

bool isWeight(const Value& value) {
  return value.isConstant && value.type.dtype == DataType::Float32 && value.type.shape.rank() > 0;
}

Result<std::vector<uint16_t>> halves(const Value& value) {
  std::vector<uint16_t> result(value.constant.size() / sizeof(float));
  for (size_t i = 0; i < result.size(); ++i) {
    float element = 0;
    std::memcpy(&element, value.constant.data() + i * sizeof(float), sizeof(float));
    if (!(std::abs(element) < 65520)) {  // what rounds to no finite half
      return Status::error(Code::Unsupported, fmt::format("'{}' holds {}, which float16 cannot", value.name, element));
    }
    result[i] = common::halfFromFloat(element);
  }
  return result;
}

}  // namespace

Result<Graph> halveWeights(const Graph& graph) {
  graph::Builder builder(graph.name());
  std::vector<ValueId> values;
  std::vector<std::pair<ValueId, ValueId>> unpacked;  // half, float
  for (const Value& value : graph.values()) {
    if (value.isConstant && !isWeight(value)) {
      values.push_back(builder.addConstant(value.name, value.type, value.constant));
      continue;
    }
    values.push_back(builder.addInner(value.name, value.type));
    if (!isWeight(value)) continue;
    TRIREME_ASSIGN(const std::vector<uint16_t> elements, halves(value));
    TensorType type = value.type;
    type.dtype = DataType::Float16;
    unpacked.emplace_back(builder.addConstant(value.name + "/float16", type, elements), values.back());
  }
  const auto mapped = [&values](std::span<const ValueId> ids) {
    std::vector<ValueId> result;
    for (const ValueId id : ids) result.push_back(id == kNoValue ? kNoValue : values[index(id)]);
    return result;
  };
  for (const auto& [half, full] : unpacked) {
    builder.addNode({OpKind::Dequantize, 3, NoParams(), {half}, {full}, {}, {}, {}});
  }
  for (Node node : graph.nodes()) {
    node.inputs = mapped(node.inputs);
    node.outputs = mapped(node.outputs);
    node.origins.clear();
    builder.addNode(std::move(node));
  }
  builder.setInputs(mapped(graph.inputs()));
  builder.setOutputs(mapped(graph.outputs()));
  return std::move(builder).build();
}

}  // namespace trireme::zoo
