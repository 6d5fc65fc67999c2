// PACK, UNPACK: equal tensors along a new axis, and back.

#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

std::vector<int64_t> withAxis(const Shape& shape, int axis, int64_t size) {
  std::vector<int64_t> dims(shape.dims().begin(), shape.dims().end());
  dims.insert(dims.begin() + axis, size);
  return dims;
}

Support supportsPack(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.require(!node.inputs.empty(), ReasonCode::Parameter, "has no inputs") ||
      !questions.counts(node.inputs.size(), node.inputs.size())) {
    return std::move(questions).answer();
  }
  const PackParams& params = node.as<PackParams>();
  const Shape& first = inputType(graph, node, 0).shape;
  questions.require(params.values == int64_t(node.inputs.size()), ReasonCode::Parameter,
                    "values_count is " + std::to_string(params.values) + ", but there are " +
                        std::to_string(node.inputs.size()) + " inputs");
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (askMovable(questions, i)) questions.sameQuantization(i);
    questions.require(inputType(graph, node, i).shape == first, ReasonCode::Parameter,
                      nameInput(graph, node, i) + " has not the shape of " + nameInput(graph, node, 0));
  }
  const Result<int> axis = resolveAxis(params.axis, first.rank() + 1);
  if (questions.require(axis.ok(), ReasonCode::Parameter, axis.status().message())) {
    questions.outputShape(withAxis(first, axis.value(), int64_t(node.inputs.size())));
  }
  return std::move(questions).answer();
}

Result<Prepared> preparePack(const Graph& graph, const Node& node) {
  const TensorType& out = outputType(graph, node);
  TRIREME_ASSIGN(const int axis, resolveAxis(node.as<PackParams>().axis, out.shape.rank()));
  const int64_t inner = productOf(out.shape, axis + 1, out.shape.rank());
  const Joined joined(productOf(out.shape, 0, axis), std::vector<int64_t>(node.inputs.size(), inner));
  Prepared prepared;
  prepared.rows = elementRows(elementCount(out));
  prepared.run = [joined, elementBytes = bytesPerElement(out.dtype)](const Operands& operands, Rows rows) {
    joined.forEachRun(elementsOf(rows, joined.elements()), [&](size_t i, int64_t from, int64_t to, int64_t count) {
      std::memcpy(operands.outputs[0] + to * elementBytes, operands.inputs[i] + from * elementBytes,
                  size_t(count * elementBytes));
    });
  };
  return prepared;
}

Support supportsUnpack(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.require(!node.outputs.empty(), ReasonCode::Parameter, "has no outputs") ||
      !questions.counts(1, 1, node.outputs.size())) {
    return std::move(questions).answer();
  }
  const UnpackParams& params = node.as<UnpackParams>();
  const Shape& in = inputType(graph, node, 0).shape;
  questions.require(params.values == int64_t(node.outputs.size()), ReasonCode::Parameter,
                    "num is " + std::to_string(params.values) + ", but there are " +
                        std::to_string(node.outputs.size()) + " outputs");
  const Result<int> axis = resolveAxis(params.axis, in.rank());
  if (!questions.require(axis.ok(), ReasonCode::Parameter, axis.status().message())) {
    return std::move(questions).answer();
  }
  questions.require(in.dim(axis.value()) == int64_t(node.outputs.size()), ReasonCode::Parameter,
                    nameInput(graph, node, 0) + ": axis " + std::to_string(axis.value()) + " does not give " +
                        std::to_string(node.outputs.size()) + " outputs");
  std::vector<int64_t> dims(in.dims().begin(), in.dims().end());
  dims.erase(dims.begin() + axis.value());
  for (size_t o = 0; o < node.outputs.size(); ++o) {
    if (askMovable(questions, 0, o)) questions.sameQuantization(0, o);
    questions.outputShape(dims, o);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareUnpack(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  TRIREME_ASSIGN(const int axis, resolveAxis(node.as<UnpackParams>().axis, in.shape.rank()));
  const int64_t inner = productOf(in.shape, axis + 1, in.shape.rank());
  Pieces pieces{StridedCopy(bytesPerElement(in.dtype)), inner};
  pieces.first.addDim(productOf(in.shape, 0, axis), in.shape.dim(axis) * inner);
  pieces.first.addDim(inner, 1);
  Prepared prepared;
  prepared.rows = pieces.rowsOfOne() * int64_t(node.outputs.size());
  prepared.run = [pieces](const Operands& operands, Rows rows) {
    pieces.run(operands.inputs[0], operands.outputs, rows);
  };
  return prepared;
}

}  // namespace

std::span<const Entry> packKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Pack, supportsPack, preparePack},
                                       {OpKind::Unpack, supportsUnpack, prepareUnpack}};
  return kEntries;
}

}  // namespace trireme::reference
