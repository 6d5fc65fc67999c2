// SLICE, SPLIT, STRIDED_SLICE.

#include <algorithm>

#include "kernels/reference/families.h"
#include "kernels/reference/strided_range.h"

namespace trireme::reference {
namespace {

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

// SLICE: begin and size per axis; a size of -1 reaches to the end.
Result<StridedCopy> planSlice(const TensorType& in, const TensorType& out, const Steering& steering) {
  const int rank = in.shape.rank();
  std::array<int64_t, kMaxRank> dims{};
  StridedCopy copy(bytesPerElement(in.dtype));
  int64_t offset = 0;
  for (int i = 0; i < rank; ++i) {
    const int64_t dim = in.shape.dim(i), begin = steering[0][i];
    if (begin < 0 || begin > dim) {
      return wrong("begin " + std::to_string(begin) + " is outside of axis " + std::to_string(i) + " of size " +
                   std::to_string(dim));
    }
    const int64_t size = steering[1][i] == -1 ? dim - begin : steering[1][i];
    if (size < 0 || size > dim - begin) {
      return wrong("begin " + std::to_string(begin) + " and size " + std::to_string(steering[1][i]) + " leave axis " +
                   std::to_string(i) + " of size " + std::to_string(dim));
    }
    const int64_t stride = productOf(in.shape, i + 1, rank);
    dims[size_t(i)] = size;
    offset += begin * stride;
    copy.addDim(size, stride);
  }
  copy.moveTo(offset);
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), size_t(rank)), out));
  return copy;
}

auto slicePlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) {
    return planSlice(in, out, steering);
  };
}

bool askVector(Questions& questions, size_t input, int64_t count) {
  const Shape& shape = inputType(questions.graph(), questions.node(), input).shape;
  return questions.require(
      shape.rank() == 1 && shape.dim(0) == count, ReasonCode::Parameter,
      nameInput(questions.graph(), questions.node(), input) + ": expected a vector of " + std::to_string(count));
}

Support supportsSlice(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(3, 3)) return std::move(questions).answer();
  askMovable(questions, 0);
  const int64_t rank = inputType(graph, node, 0).shape.rank();
  if (askVector(questions, 1, rank) && askVector(questions, 2, rank) && SteeringInputs::ask(questions, {1, 2})) {
    askPlan(questions, SteeringInputs(graph, node, {1, 2}), slicePlan(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareSlice(const Graph& graph, const Node& node) {
  return prepareStridedCopy(0, SteeringInputs(graph, node, {1, 2}), elementCount(outputType(graph, node)),
                            slicePlan(graph, node));
}

auto stridedSlicePlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node), params = node.as<StridedSliceParams>()](
             const Steering& steering) { return planStridedSlice(in, out, params, steering); };
}

Support supportsStridedSlice(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(4, 4)) return std::move(questions).answer();
  askMovable(questions, 0);
  const Shape& begin = inputType(graph, node, 1).shape;
  const bool vector =
      questions.require(begin.rank() == 1 && begin.dim(0) <= kMaxSliceAxes, ReasonCode::Parameter,
                        nameInput(graph, node, 1) + ": expected a vector of at most " + std::to_string(kMaxSliceAxes));
  if (vector && askVector(questions, 2, begin.dim(0)) && askVector(questions, 3, begin.dim(0)) &&
      SteeringInputs::ask(questions, {1, 2, 3})) {
    askPlan(questions, SteeringInputs(graph, node, {1, 2, 3}), stridedSlicePlan(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareStridedSlice(const Graph& graph, const Node& node) {
  return prepareStridedCopy(0, SteeringInputs(graph, node, {1, 2, 3}), elementCount(outputType(graph, node)),
                            stridedSlicePlan(graph, node));
}

// SPLIT: equal pieces along an axis, one an output.
Result<Pieces> planSplit(const TensorType& in, const TensorType& out, int64_t pieces, const Indices& axes) {
  const int rank = in.shape.rank();
  TRIREME_ASSIGN(const int axis, resolveAxis(axes[0], rank));
  const int64_t dim = in.shape.dim(axis);
  if (dim % pieces != 0) {
    return wrong("axis " + std::to_string(axis) + " of size " + std::to_string(dim) + " does not split into " +
                 std::to_string(pieces) + " equal pieces");
  }
  std::array<int64_t, kMaxRank> dims{};
  for (int i = 0; i < rank; ++i) dims[size_t(i)] = i == axis ? dim / pieces : in.shape.dim(i);
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), size_t(rank)), out));
  const int64_t inner = productOf(in.shape, axis + 1, rank);
  StridedCopy copy(bytesPerElement(in.dtype));
  copy.addDim(productOf(in.shape, 0, axis), dim * inner);
  copy.addDim(dim / pieces * inner, 1);
  return Pieces{copy, dim / pieces * inner};
}

auto splitPlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 1), out = outputType(graph, node), pieces = int64_t(node.outputs.size())](
             const Steering& steering) { return planSplit(in, out, pieces, steering[0]); };
}

Support supportsSplit(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2, std::max<size_t>(1, node.outputs.size()))) return std::move(questions).answer();
  const int64_t splits = node.as<SplitParams>().splits;
  questions.require(splits == int64_t(node.outputs.size()), ReasonCode::Parameter,
                    "num_splits is " + std::to_string(splits) + ", but there are " +
                        std::to_string(node.outputs.size()) + " outputs");
  for (size_t o = 0; o < node.outputs.size(); ++o) {
    askMovable(questions, 1, o);
    questions.outputShape(outputType(graph, node).shape.dims(), o);
  }
  const bool one = questions.require(elementCount(inputType(graph, node, 0)) == 1, ReasonCode::Parameter,
                                     nameInput(graph, node, 0) + ": expected one axis");
  if (one && SteeringInputs::ask(questions, {0}) && questions.ok()) {
    askPlan(questions, SteeringInputs(graph, node, {0}), splitPlan(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareSplit(const Graph& graph, const Node& node) {
  const SteeringInputs inputs(graph, node, {0});
  const auto plan = splitPlan(graph, node);
  Prepared prepared;
  prepared.rows = elementRows(elementCount(outputType(graph, node))) * int64_t(node.outputs.size());
  if (inputs.constant()) {
    prepared.run = [pieces = plan(inputs.constants()).value()](const Operands& operands, Rows rows) {
      pieces.run(operands.inputs[1], operands.outputs, rows);
    };
    return prepared;
  }
  prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  prepared.run = [plan, inputs](const Operands& operands, Rows rows) {
    const auto pieces = plan(inputs.read(operands));
    if (pieces.ok()) pieces.value().run(operands.inputs[1], operands.outputs, rows);
  };
  return prepared;
}

}  // namespace

std::span<const Entry> sliceKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Slice, supportsSlice, prepareSlice},
                                       {OpKind::Split, supportsSplit, prepareSplit},
                                       {OpKind::StridedSlice, supportsStridedSlice, prepareStridedSlice}};
  return kEntries;
}

}  // namespace trireme::reference
