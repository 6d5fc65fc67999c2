// RESHAPE, SQUEEZE, EXPAND_DIMS: the same elements under another shape. SHAPE: the shape as a vector.

#include <algorithm>
#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

// Asks for one input and an output of the same type and number of elements.
bool askSameElements(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const int64_t in = elementCount(inputType(graph, node, 0)), out = elementCount(outputType(graph, node));
  const bool movable = askMovable(questions, 0);
  return questions.require(in == out, ReasonCode::Parameter,
                           nameInput(graph, node, 0) + " has " + std::to_string(in) + " elements, " +
                               nameOutput(graph, node) + " has " + std::to_string(out)) &&
         movable;
}

Prepared prepareCopy(const Graph& graph, const Node& node) {
  const int64_t elements = elementCount(outputType(graph, node));
  const int64_t elementBytes = bytesPerElement(outputType(graph, node).dtype);
  Prepared prepared;
  prepared.rows = elementRows(elements);
  prepared.run = [elements, elementBytes](const Operands& operands, Rows rows) {
    const ElementRange range = elementsOf(rows, elements);
    if (range.begin >= range.end || operands.inputs[0] == operands.outputs[0]) return;
    std::memcpy(operands.outputs[0] + range.begin * elementBytes, operands.inputs[0] + range.begin * elementBytes,
                size_t((range.end - range.begin) * elementBytes));
  };
  return prepared;
}

// RESHAPE's wanted dimensions, one of which may be -1: the rest of the elements.
Status checkWanted(const Indices& wanted, const TensorType& out) {
  const Shape& planned = out.shape;
  bool same = wanted.count == planned.rank();
  int open = 0;
  std::string text;
  for (int i = 0; i < wanted.count; ++i) {
    text += (i == 0 ? "" : "x") + std::to_string(wanted[i]);
    open += wanted[i] == -1 ? 1 : 0;
    same = same && (wanted[i] == -1 || wanted[i] == planned.dim(i));
  }
  if (same && open <= 1) return {};
  return Status::error(Code::InvalidArgument,
                       "the wanted shape is " + text + ", the planned output is " + planned.text());
}

// A second input that is not a vector of int32 is ignored, as TFLite does.
bool readsShape(const Graph& graph, const Node& node) {
  const Value* wanted = inputValue(graph, node, 1);
  return wanted != nullptr && wanted->type.shape.rank() == 1 && wanted->type.dtype == DataType::Int32;
}

auto reshapePlan(const Graph& graph, const Node& node) {
  return [out = outputType(graph, node)](const Steering& steering) { return checkWanted(steering[0], out); };
}

Support supportsReshape(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 2)) return std::move(questions).answer();
  askSameElements(questions);
  if (readsShape(graph, node) && SteeringInputs::ask(questions, {1})) {
    askPlan(questions, SteeringInputs(graph, node, {1}), reshapePlan(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareReshape(const Graph& graph, const Node& node) {
  Prepared prepared = prepareCopy(graph, node);
  if (readsShape(graph, node)) {
    const SteeringInputs inputs(graph, node, {1});
    if (!inputs.constant()) {
      prepared.check = [inputs, plan = reshapePlan(graph, node)](const Operands& operands) {
        return plan(inputs.read(operands));
      };
    }
  }
  return prepared;
}

Support supportsSqueeze(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1)) return std::move(questions).answer();
  askSameElements(questions);
  const Shape& in = inputType(graph, node, 0).shape;
  std::array<bool, kMaxRank> drop{};
  const std::vector<int32_t>& axes = node.as<SqueezeParams>().axes;
  for (const int32_t axis : axes) {
    const Result<int> resolved = resolveAxis(axis, in.rank());
    if (!questions.require(resolved.ok(), ReasonCode::Parameter, resolved.status().message())) continue;
    drop[size_t(resolved.value())] = true;
    questions.require(in.dim(resolved.value()) == 1, ReasonCode::Parameter,
                      nameInput(graph, node, 0) + ": axis " + std::to_string(axis) + " has not the size 1");
  }
  std::vector<int64_t> kept;
  for (int i = 0; i < in.rank(); ++i) {
    if (axes.empty() ? in.dim(i) != 1 : !drop[size_t(i)]) kept.push_back(in.dim(i));
  }
  if (questions.ok()) questions.outputShape(kept);
  return std::move(questions).answer();
}

auto expandPlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) -> Status {
    TRIREME_ASSIGN(const int axis, resolveAxis(steering[0][0], in.shape.rank() + 1));
    std::array<int64_t, kMaxRank + 1> dims{};
    for (int i = 0; i <= in.shape.rank(); ++i) {
      dims[size_t(i)] = i == axis ? 1 : in.shape.dim(i < axis ? i : i - 1);
    }
    return samePlannedShape(std::span(dims.data(), size_t(in.shape.rank()) + 1), out);
  };
}

bool askOneAxis(Questions& questions, size_t input) {
  const TensorType& type = inputType(questions.graph(), questions.node(), input);
  return questions.require(elementCount(type) == 1, ReasonCode::Parameter,
                           nameInput(questions.graph(), questions.node(), input) + ": expected one axis") &&
         SteeringInputs::ask(questions, {input});
}

Support supportsExpandDims(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  askSameElements(questions);
  if (askOneAxis(questions, 1)) askPlan(questions, SteeringInputs(graph, node, {1}), expandPlan(graph, node));
  return std::move(questions).answer();
}

Result<Prepared> prepareExpandDims(const Graph& graph, const Node& node) {
  Prepared prepared = prepareCopy(graph, node);
  const SteeringInputs inputs(graph, node, {1});
  if (!inputs.constant()) {
    prepared.check = [inputs, plan = expandPlan(graph, node)](const Operands& operands) {
      return plan(inputs.read(operands));
    };
  }
  return prepared;
}

Result<Prepared> prepareSqueeze(const Graph& graph, const Node& node) { return prepareCopy(graph, node); }

Support supportsShape(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1)) return std::move(questions).answer();
  questions.outputDtype({DataType::Int32, DataType::Int64});
  questions.outputShape({int64_t(inputType(graph, node, 0).shape.rank())});
  const auto dims = inputType(graph, node, 0).shape.dims();
  questions.require(outputType(graph, node).dtype != DataType::Int32 ||
                        std::all_of(dims.begin(), dims.end(), [](int64_t dim) { return dim <= INT32_MAX; }),
                    ReasonCode::Limit, nameInput(graph, node, 0) + ": a dimension does not fit in int32");
  return std::move(questions).answer();
}

Result<Prepared> prepareShape(const Graph& graph, const Node& node) {
  const Shape shape = inputType(graph, node, 0).shape;
  const bool wide = outputType(graph, node).dtype == DataType::Int64;
  Prepared prepared;
  prepared.run = [shape, wide](const Operands& operands, Rows rows) {
    if (rows.begin >= rows.end) return;
    for (int i = 0; i < shape.rank(); ++i) {
      if (wide) {
        output<int64_t>(operands)[i] = shape.dim(i);
      } else {
        output<int32_t>(operands)[i] = int32_t(shape.dim(i));
      }
    }
  };
  return prepared;
}

}  // namespace

std::span<const Entry> reshapeKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Reshape, supportsReshape, prepareReshape},
                                       {OpKind::Squeeze, supportsSqueeze, prepareSqueeze},
                                       {OpKind::ExpandDims, supportsExpandDims, prepareExpandDims},
                                       {OpKind::Shape, supportsShape, prepareShape}};
  return kEntries;
}

}  // namespace trireme::reference
