#include "tests/conformance/op_case.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/graph/inference.h"
#include "kernels/common/half_float.h"
#include "kernels/reference/evaluate.h"

namespace trireme::conformance {
namespace {

constexpr size_t kScratchAlignment = 64;

uint64_t seedOf(const std::string& name) {
  uint64_t hash = 1469598103934665603u;
  for (char letter : name) hash = (hash ^ uint8_t(letter)) * 1099511628211u;
  return hash;
}

}  // namespace

OpCase::OpCase(std::string name, OpKind op, OpParams params)
    : name_(std::move(name)), op_(op), params_(std::move(params)), random_(seedOf(name_)) {}

OpCase& OpCase::add(Operand operand) {
  operands_.push_back(std::move(operand));
  return *this;
}

OpCase& OpCase::in(TensorType type) {
  std::vector<std::byte> bytes = random_.bytes(type);
  return add({std::move(type), std::move(bytes), Operand::Kind::Input});
}

OpCase& OpCase::constant(TensorType type) {
  std::vector<std::byte> bytes = random_.bytes(type);
  return add({std::move(type), std::move(bytes), Operand::Kind::Constant});
}

OpCase& OpCase::absent() { return add({}); }

OpCase& OpCase::out(TensorType type) {
  outputs_.push_back({std::move(type), std::nullopt});
  return *this;
}

OpCase& OpCase::within(support::Tolerance tolerance) {
  tolerance_ = tolerance;
  return *this;
}

support::Tolerance OpCase::tolerance(size_t number) const {
  return tolerance_ ? *tolerance_ : support::Tolerance::ofOperator(outputs_[number].type.dtype);
}

Graph OpCase::graph() const {
  graph::Builder builder(name_);
  Node node;
  node.op = op_;
  node.params = params_;
  for (size_t i = 0; i < operands_.size(); ++i) {
    const Operand& operand = operands_[i];
    const std::string name = "input" + std::to_string(i);
    switch (operand.kind) {
      case Operand::Kind::Input:
        node.inputs.push_back(builder.addInput(name, operand.type));
        break;
      case Operand::Kind::Constant:
        node.inputs.push_back(builder.addConstant(name, operand.type, operand.bytes));
        break;
      case Operand::Kind::Absent:
        node.inputs.push_back(kNoValue);
        break;
    }
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    node.outputs.push_back(builder.addInner("output" + std::to_string(i), outputs_[i].type));
  }
  std::vector<ValueId> results = node.outputs;
  builder.addNode(std::move(node));
  builder.setOutputs(std::move(results));
  Result<Graph> graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return graph.ok() ? std::move(graph).value() : Graph();
}

std::vector<std::vector<std::byte>> OpCase::inputs() const {
  std::vector<std::vector<std::byte>> bytes;
  for (const Operand& operand : operands_) {
    if (operand.kind == Operand::Kind::Input) bytes.push_back(operand.bytes);
  }
  return bytes;
}

std::vector<std::span<const std::byte>> OpCase::operands() const {
  std::vector<std::span<const std::byte>> all;
  for (const Operand& operand : operands_) all.emplace_back(operand.bytes);
  return all;
}

Status OpCase::inferOutputs() {
  TRIREME_ASSIGN(const Graph inferred, graph::inferShapes(graph(), {}));
  for (size_t i = 0; i < outputs_.size(); ++i) {
    outputs_[i].type.shape = inferred.value(inferred.nodes()[0].outputs[i]).type.shape;
  }
  return {};
}

OpCase OpCase::halved() const {
  OpCase copy = *this;
  for (Operand& operand : copy.operands_) {
    if (operand.kind == Operand::Kind::Absent || operand.type.dtype != DataType::Float32) continue;
    for (size_t at = 0; at + sizeof(float) <= operand.bytes.size(); at += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, operand.bytes.data() + at, sizeof value);
      value = common::floatFromHalf(common::halfFromFloat(value));
      std::memcpy(operand.bytes.data() + at, &value, sizeof value);
    }
  }
  return copy;
}

Result<OpCase::Results> OpCase::evaluate(const Evaluation& evaluation) const {
  std::vector<const std::byte*> from;
  for (const Operand& operand : operands_) {
    from.push_back(operand.kind == Operand::Kind::Absent ? nullptr : operand.bytes.data());
  }
  Results results;
  std::vector<std::byte*> to;
  for (const Output& output : outputs_) {
    TRIREME_ASSIGN(const size_t bytes, byteSize(output.type));
    results.emplace_back(bytes);
    to.push_back(results.back().data());
  }
  TRIREME_TRY(evaluation(graph(), from, to));
  return results;
}

Result<OpCase::Results> OpCase::byReference() const {
  return evaluate([](const Graph& graph, auto from, auto to) {
    return reference::evaluate(graph, graph.node(NodeId{0}), {from, to, nullptr});
  });
}

Result<OpCase::Results> OpCase::byReferenceInPieces() const {
  return evaluate([](const Graph& graph, auto from, auto to) -> Status {
    TRIREME_ASSIGN(const reference::Prepared prepared, reference::prepare(graph, graph.node(NodeId{0})));
    for (int64_t row = prepared.rows; row-- > 0;) {
      std::vector<std::byte> scratch(prepared.scratchBytes + kScratchAlignment);
      const auto at = reinterpret_cast<uintptr_t>(scratch.data());
      const size_t skip = (kScratchAlignment - at % kScratchAlignment) % kScratchAlignment;
      const reference::Operands operands{from, to, prepared.scratchBytes > 0 ? scratch.data() + skip : nullptr};
      if (prepared.check && row + 1 == prepared.rows) TRIREME_TRY(prepared.check(operands));
      prepared.run(operands, {row, row + 1});
    }
    return {};
  });
}

TensorType f32(Dims dims) { return support::plain(DataType::Float32, dims); }
TensorType f16(Dims dims) { return support::plain(DataType::Float16, dims); }
TensorType i8(Dims dims, float scale, int32_t zeroPoint) {
  return support::quantized(DataType::Int8, dims, scale, zeroPoint);
}
TensorType u8(Dims dims, float scale, int32_t zeroPoint) {
  return support::quantized(DataType::UInt8, dims, scale, zeroPoint);
}
TensorType i16(Dims dims, float scale) { return support::quantized(DataType::Int16, dims, scale, 0); }
TensorType i32(Dims dims) { return support::plain(DataType::Int32, dims); }
TensorType i64(Dims dims) { return support::plain(DataType::Int64, dims); }
TensorType boolean(Dims dims) { return support::plain(DataType::Bool, dims); }

TensorType perChannel(Dims dims, int axis, float scale) {
  TensorType type = support::plain(DataType::Int8, dims);
  type.quantization.axis = axis;
  for (int64_t i = 0; i < type.shape.dim(axis); ++i) {
    type.quantization.scales.push_back(scale * (1 + 0.13f * float(i % 7)));
    type.quantization.zeroPoints.push_back(0);
  }
  return type;
}

TensorType bias32(int64_t channels, float scale) { return support::quantized(DataType::Int32, {channels}, scale, 0); }
TensorType bias64(int64_t channels, float scale) { return support::quantized(DataType::Int64, {channels}, scale, 0); }

std::vector<int32_t> smallInts(size_t count, int32_t least, int32_t most, uint64_t seed) {
  support::Random random(seed);
  std::vector<int32_t> values(count);
  for (int32_t& value : values) value = int32_t(random.between(least, most));
  return values;
}

}  // namespace trireme::conformance
