// CONCATENATION.

#include "kernels/reference/concatenation.h"

#include <cmath>
#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {

// uint8 inputs whose scale or zero point is not the output's go through a table, in TFLite's float arithmetic.
std::optional<std::array<uint8_t, 256>> requantization(const TensorType& in, const TensorType& out) {
  if (in.dtype != DataType::UInt8 || !isQuantized(in)) return std::nullopt;
  if (scaleOf(in) == scaleOf(out) && zeroOf(in) == zeroOf(out)) return std::nullopt;
  const float scale = scaleOf(in) * (1.0f / scaleOf(out));
  const float bias = float(-zeroOf(in)) * scale;
  std::array<uint8_t, 256> table;
  for (size_t code = 0; code < table.size(); ++code) {
    const float rounded = std::round(float(code) * scale + bias);
    // Beyond these ends every code is clamped.
    const float kept = std::fmin(std::fmax(rounded, -1e6f), 1e6f);
    table[code] = uint8_t(std::clamp(int32_t(kept) + zeroOf(out), 0, 255));
  }
  return table;
}

namespace {

using Table = std::array<uint8_t, 256>;

void askQuantization(Questions& questions, size_t i) {
  const TensorType& in = inputType(questions.graph(), questions.node(), i);
  const TensorType& out = outputType(questions.graph(), questions.node());
  const bool some = isQuantized(in) || isQuantized(out);
  if (in.dtype == DataType::Int8) questions.sameQuantization(i);
  if (in.dtype == DataType::UInt8 && some) {
    questions.inputPerTensor(i);
    questions.outputPerTensor();
  }
  if (in.dtype == DataType::Int16 && isQuantized(in)) questions.inputPerTensor(i);
}

// The output's shape if the inputs fit together along `axis`.
bool askShapes(Questions& questions, int axis) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const Shape& first = inputType(graph, node, 0).shape;
  std::vector<int64_t> dims(first.dims().begin(), first.dims().end());
  bool fits = true;
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    const Shape& shape = inputType(graph, node, i).shape;
    bool same = shape.rank() == first.rank();
    for (int d = 0; same && d < first.rank(); ++d) same = d == axis || shape.dim(d) == first.dim(d);
    fits = questions.require(same, ReasonCode::Parameter,
                             nameInput(graph, node, i) + " does not fit " + nameInput(graph, node, 0) +
                                 " in every axis but " + std::to_string(axis)) &&
           fits;
    if (!same) continue;
    if (shape.dim(axis) > (int64_t(1) << 62) - dims[size_t(axis)]) {
      return questions.require(false, ReasonCode::Limit, "the output is larger than 2^62");
    }
    dims[size_t(axis)] += shape.dim(axis);
  }
  return fits && questions.outputShape(dims);
}

Support supportsConcatenation(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.require(!node.inputs.empty(), ReasonCode::Parameter, "has no inputs") ||
      !questions.counts(node.inputs.size(), node.inputs.size())) {
    return std::move(questions).answer();
  }
  const ConcatenationParams& params = node.as<ConcatenationParams>();
  questions.require(params.activation == Activation::None, ReasonCode::Parameter, "has a fused activation");
  const Result<int> axis = resolveAxis(params.axis, inputType(graph, node, 0).shape.rank());
  questions.require(axis.ok(), ReasonCode::Parameter, axis.status().message());
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (askMovable(questions, i)) askQuantization(questions, i);
  }
  if (axis.ok()) askShapes(questions, axis.value());
  return std::move(questions).answer();
}

Result<Prepared> prepareConcatenation(const Graph& graph, const Node& node) {
  const TensorType& out = outputType(graph, node);
  TRIREME_ASSIGN(const int axis, resolveAxis(node.as<ConcatenationParams>().axis, out.shape.rank()));
  const int64_t inner = productOf(out.shape, axis + 1, out.shape.rank());
  std::vector<int64_t> blocks;
  std::vector<std::optional<Table>> tables;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const TensorType& in = inputType(graph, node, i);
    blocks.push_back(in.shape.dim(axis) * inner);
    tables.push_back(requantization(in, out));
  }
  const Joined joined(productOf(out.shape, 0, axis), std::move(blocks));
  Prepared prepared;
  prepared.rows = elementRows(elementCount(out));
  prepared.run = [joined, tables, elementBytes = bytesPerElement(out.dtype)](const Operands& operands, Rows rows) {
    joined.forEachRun(elementsOf(rows, joined.elements()), [&](size_t i, int64_t from, int64_t to, int64_t count) {
      const std::byte* in = operands.inputs[i] + from * elementBytes;
      std::byte* copy = operands.outputs[0] + to * elementBytes;
      if (!tables[i]) {
        std::memcpy(copy, in, size_t(count * elementBytes));
        return;
      }
      for (int64_t k = 0; k < count; ++k) copy[k] = std::byte((*tables[i])[uint8_t(in[k])]);
    });
  };
  return prepared;
}

}  // namespace

std::span<const Entry> concatenationKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Concatenation, supportsConcatenation, prepareConcatenation}};
  return kEntries;
}

}  // namespace trireme::reference
