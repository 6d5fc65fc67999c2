// ARG_MAX: the first position of the largest value along an axis. NaN is smaller than every number.

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

struct ArgMaxPlan {
  int64_t size = 0, inner = 0;  // elements along the axis, and how far apart they are
};

Result<ArgMaxPlan> planArgMax(const TensorType& in, const TensorType& out, const Indices& axes) {
  const int rank = in.shape.rank();
  TRIREME_ASSIGN(const int axis, resolveAxis(axes[0], rank));
  std::array<int64_t, kMaxRank> dims{};
  size_t kept = 0;
  for (int i = 0; i < rank; ++i) {
    if (i != axis) dims[kept++] = in.shape.dim(i);
  }
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), kept), out));
  if (in.shape.dim(axis) == 0) return Status::error(Code::InvalidArgument, "the axis has no elements");
  return ArgMaxPlan{in.shape.dim(axis), productOf(in.shape, axis + 1, rank)};
}

template <class T>
bool larger(T candidate, T best) {
  return candidate > best || (best != best && candidate == candidate);
}

template <class T>
int64_t position(const T* in, const ArgMaxPlan& plan, int64_t at) {
  const T* first = in + at / plan.inner * plan.size * plan.inner + at % plan.inner;
  int64_t best = 0;
  for (int64_t i = 1; i < plan.size; ++i) {
    if (larger(first[i * plan.inner], first[best * plan.inner])) best = i;
  }
  return best;
}

template <class T>
void runArgMax(const ArgMaxPlan& plan, const Operands& operands, ElementRange range, bool wide) {
  for (int64_t at = range.begin; at < range.end; ++at) {
    const int64_t best = position(input<T>(operands, 0), plan, at);
    if (wide) {
      output<int64_t>(operands)[at] = best;
    } else {
      output<int32_t>(operands)[at] = int32_t(best);
    }
  }
}
using Run = void (*)(const ArgMaxPlan&, const Operands&, ElementRange, bool);
Run runOf(DataType dtype) {
  switch (dtype) {
    case DataType::Float32:
      return runArgMax<float>;
    case DataType::Int8:
      return runArgMax<int8_t>;
    case DataType::Int16:
      return runArgMax<int16_t>;
    case DataType::Int32:
      return runArgMax<int32_t>;
    default:
      return runArgMax<uint8_t>;  // uint8, and bool as bytes
  }
}

auto planFor(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) {
    return planArgMax(in, out, steering[0]);
  };
}

Support supportsArgMax(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  questions.inputDtype(
      0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16, DataType::Int32, DataType::Bool});
  questions.outputDtype({DataType::Int32, DataType::Int64});
  const bool one = questions.require(elementCount(inputType(graph, node, 1)) == 1, ReasonCode::Parameter,
                                     nameInput(graph, node, 1) + ": expected one axis");
  if (one && SteeringInputs::ask(questions, {1})) {
    askPlan(questions, SteeringInputs(graph, node, {1}), planFor(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareArgMax(const Graph& graph, const Node& node) {
  const SteeringInputs inputs(graph, node, {1});
  const auto plan = planFor(graph, node);
  // A row is one output: a whole reduction.
  const int64_t outputs = elementCount(outputType(graph, node));
  Prepared prepared;
  prepared.rows = outputs;
  if (!inputs.constant()) {
    prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  }
  prepared.run = [plan, inputs, run = runOf(inputType(graph, node, 0).dtype),
                  wide = outputType(graph, node).dtype == DataType::Int64](const Operands& operands, Rows rows) {
    const auto planned = plan(inputs.read(operands));
    if (planned.ok()) run(planned.value(), operands, {rows.begin, rows.end}, wide);
  };
  return prepared;
}

}  // namespace

std::span<const Entry> argMaxKernels() {
  static constexpr Entry kEntries[] = {{OpKind::ArgMax, supportsArgMax, prepareArgMax}};
  return kEntries;
}

}  // namespace trireme::reference
