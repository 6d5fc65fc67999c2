// TRANSPOSE.

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

Result<StridedCopy> planTranspose(const TensorType& in, const TensorType& out, const Indices& permutation) {
  const int rank = in.shape.rank();
  std::array<int64_t, kMaxRank> dims{};
  std::array<bool, kMaxRank> used{};
  StridedCopy copy(bytesPerElement(in.dtype));
  for (int i = 0; i < rank; ++i) {
    TRIREME_ASSIGN(const int axis, resolveAxis(permutation[i], rank));
    if (used[size_t(axis)]) {
      return Status::error(Code::InvalidArgument, "the permutation names axis " + std::to_string(axis) + " twice");
    }
    used[size_t(axis)] = true;
    dims[size_t(i)] = in.shape.dim(axis);
    copy.addDim(in.shape.dim(axis), productOf(in.shape, axis + 1, rank));
  }
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), size_t(rank)), out));
  return copy;
}

auto planFor(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) {
    return planTranspose(in, out, steering[0]);
  };
}

Support supportsTranspose(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  askMovable(questions, 0);
  const int rank = inputType(graph, node, 0).shape.rank();
  const Shape& permutation = inputType(graph, node, 1).shape;
  const bool fits = questions.require(
      permutation.rank() == 1 && permutation.dim(0) == rank, ReasonCode::Parameter,
      nameInput(graph, node, 1) + ": expected one axis for each of the " + std::to_string(rank) + " of the input");
  if (fits && SteeringInputs::ask(questions, {1})) {
    askPlan(questions, SteeringInputs(graph, node, {1}), planFor(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareTranspose(const Graph& graph, const Node& node) {
  return prepareStridedCopy(0, SteeringInputs(graph, node, {1}), elementCount(outputType(graph, node)),
                            planFor(graph, node));
}

}  // namespace

std::span<const Entry> transposeKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Transpose, supportsTranspose, prepareTranspose}};
  return kEntries;
}

}  // namespace trireme::reference
