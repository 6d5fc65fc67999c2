// MEAN, SUM over any axes. The elements of one output are added in their order in memory.

#include "kernels/reference/reduce.h"

#include <limits>
#include <type_traits>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

// A row is this many outputs.
constexpr int64_t kOutputsPerRow = 16;
// Neighbouring outputs are summed together as far as this, so that memory is read in its order.
constexpr int64_t kTogether = 64;

struct Extent {
  int64_t size = 1, stride = 1;
};
// The axes that stay and those that are summed over, outermost first, neighbours merged.
struct ReducePlan {
  std::array<Extent, kMaxRank> kept{}, summed{};
  int keptCount = 0, summedCount = 0;
  int64_t outputs = 1;
  int64_t terms = 1;  // of one output
};

void addExtent(std::array<Extent, kMaxRank>& extents, int& count, Extent extent) {
  if (extent.size == 1) return;
  if (count > 0) {
    Extent& outer = extents[size_t(count - 1)];
    if (outer.stride == extent.stride * extent.size) {
      outer = {outer.size * extent.size, extent.stride};
      return;
    }
  }
  extents[size_t(count++)] = extent;
}

Result<ReducePlan> planReduce(const TensorType& in, const TensorType& out, bool keepDims, const Indices& axes) {
  const int rank = in.shape.rank();
  std::array<bool, kMaxRank> summed{};
  for (int i = 0; i < axes.count && rank > 0; ++i) {  // a scalar's axes are not looked at
    TRIREME_ASSIGN(const int axis, resolveAxis(axes[i], rank));
    summed[size_t(axis)] = true;
  }
  ReducePlan plan;
  std::array<int64_t, kMaxRank> dims{};
  size_t outRank = 0;
  for (int i = 0; i < rank; ++i) {
    const Extent extent{in.shape.dim(i), productOf(in.shape, i + 1, rank)};
    if (summed[size_t(i)]) {
      plan.terms *= extent.size;
      addExtent(plan.summed, plan.summedCount, extent);
      if (keepDims) dims[outRank++] = 1;
    } else {
      plan.outputs *= extent.size;
      addExtent(plan.kept, plan.keptCount, extent);
      dims[outRank++] = extent.size;
    }
  }
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), outRank), out));
  return plan;
}

template <class Sum, class T>
void addTo(Sum& sum, T term) {
  if constexpr (std::is_integral_v<Sum>) {
    sum = Sum(uint64_t(sum) + uint64_t(term));  // wraps around
  } else {
    sum += term;
  }
}

// Adds the terms of `count` neighbouring outputs, the first of which begins at `from`, to `sums`.
template <class Sum, class T>
void addTerms(const ReducePlan& plan, const T* from, int64_t step, int64_t count, Sum* sums) {
  const Extent inner = plan.summedCount == 0 ? Extent{} : plan.summed[size_t(plan.summedCount - 1)];
  std::array<int64_t, kMaxRank> at{};
  for (int64_t left = plan.terms; left > 0; left -= inner.size) {
    if (count == 1) {
      Sum sum = *sums;
      for (int64_t k = 0; k < inner.size; ++k) addTo(sum, from[k * inner.stride]);
      *sums = sum;
    } else {
      for (int64_t k = 0; k < inner.size; ++k) {
        const T* line = from + k * inner.stride;
        for (int64_t i = 0; i < count; ++i) addTo(sums[i], line[i * step]);
      }
    }
    for (int axis = plan.summedCount - 2; axis >= 0; --axis) {
      const Extent& extent = plan.summed[size_t(axis)];
      from += extent.stride;
      if (++at[size_t(axis)] < extent.size) break;
      from -= extent.stride * extent.size;
      at[size_t(axis)] = 0;
    }
  }
}

// Sums of the outputs of `rows`; finish(sum) makes an element of one.
template <class Sum, class T, class Finish>
void runReduce(const ReducePlan& plan, const Operands& operands, Rows rows, const Finish& finish) {
  int64_t at = rows.begin * kOutputsPerRow;
  const int64_t end = std::min(rows.end * kOutputsPerRow, plan.outputs);
  const Extent inner = plan.keptCount == 0 ? Extent{} : plan.kept[size_t(plan.keptCount - 1)];
  while (at < end) {
    int64_t offset = at % inner.size * inner.stride, rest = at / inner.size;
    for (int axis = plan.keptCount - 2; axis >= 0; --axis) {
      const Extent& extent = plan.kept[size_t(axis)];
      offset += rest % extent.size * extent.stride;
      rest /= extent.size;
    }
    const int64_t count = std::min({inner.size - at % inner.size, end - at, kTogether});
    std::array<Sum, kTogether> sums{};
    if (plan.terms > 0) addTerms(plan, input<T>(operands, 0) + offset, inner.stride, count, sums.data());
    for (int64_t i = 0; i < count; ++i) output<T>(operands)[at + i] = finish(sums[size_t(i)], plan.terms);
    at += count;
  }
}

using Run = std::function<void(const ReducePlan&, const Operands&, Rows)>;

// A mean of nothing is NaN, and 0 in integers.
template <class T>
Run numbersRun(bool averages) {
  if constexpr (std::is_floating_point_v<T>) {
    return [averages](const ReducePlan& plan, const Operands& operands, Rows rows) {
      runReduce<T, T>(plan, operands, rows, [averages](T sum, int64_t terms) {
        if (!averages) return sum;
        return terms == 0 ? std::numeric_limits<T>::quiet_NaN() : sum / T(terms);
      });
    };
  } else {
    return [averages](const ReducePlan& plan, const Operands& operands, Rows rows) {
      runReduce<int64_t, T>(plan, operands, rows, [averages](int64_t sum, int64_t terms) {
        return T(averages && terms != 0 ? sum / terms : sum);
      });
    };
  }
}

// The mean's multiplier holds 1 / terms, cut off, with as many bits as there is room for.
common::Multiplier dividedBy(common::Multiplier multiplier, int64_t terms) {
  int bits = 0;
  while (bits < 32 && (terms >> (bits + 1)) != 0) ++bits;
  bits = std::min(bits, 31 + multiplier.shift);
  return {int32_t((int64_t(multiplier.mantissa) << bits) / terms), multiplier.shift - bits};
}

template <class T>
Run codesRun(const TensorType& in, const TensorType& out, bool averages) {
  const common::Multiplier multiplier = sumMultiplier(in, out, 1);
  return [multiplier, averages, inZero = zeroOf(in), outZero = zeroOf(out)](const ReducePlan& plan,
                                                                            const Operands& operands, Rows rows) {
    const common::Multiplier used = averages && plan.terms > 0 ? dividedBy(multiplier, plan.terms) : multiplier;
    runReduce<int32_t, T>(plan, operands, rows, [used, inZero, outZero](int32_t sum, int64_t terms) {
      if (terms == 0) return T(0);
      const auto centred = int32_t(uint32_t(sum) - uint32_t(int64_t(inZero) * terms));
      const int64_t code = int64_t(common::multiply(centred, used)) + outZero;
      return T(std::clamp<int64_t>(code, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    });
  };
}

Run runOf(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& out = outputType(graph, node);
  const bool averages = node.op == OpKind::Mean;
  switch (in.dtype) {
    case DataType::Float32:
      return numbersRun<float>(averages);
    case DataType::Int32:
      return numbersRun<int32_t>(averages);
    case DataType::Int64:
      return numbersRun<int64_t>(averages);
    case DataType::UInt8:
      return codesRun<uint8_t>(in, out, averages);
    case DataType::Int16:
      return codesRun<int16_t>(in, out, averages);
    default:
      return codesRun<int8_t>(in, out, averages);
  }
}

auto planFor(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node), keepDims = node.as<ReduceParams>().keepDims](
             const Steering& steering) { return planReduce(in, out, keepDims, steering[0]); };
}

void askCodes(Questions& questions) {
  const bool in = questions.inputPerTensor(0);
  if (!questions.outputPerTensor() || !in) return;
  const double real = double(scaleOf(inputType(questions.graph(), questions.node(), 0))) /
                      double(scaleOf(outputType(questions.graph(), questions.node())));
  questions.require(common::quantizeMultiplier(real).has_value(), ReasonCode::Quantization,
                    "the scales give a multiplier of " + std::to_string(real) + ", which is too large");
}

Support supportsReduce(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  const DataType dtype = inputType(graph, node, 0).dtype;
  const bool known = questions.inputDtype(
      0, {DataType::Float32, DataType::Int32, DataType::Int64, DataType::Int8, DataType::UInt8, DataType::Int16});
  const bool same = questions.require(outputType(graph, node).dtype == dtype, ReasonCode::DataType,
                                      nameOutput(graph, node) + ": must have the type of the input");
  const bool codes = dtype == DataType::Int8 || dtype == DataType::UInt8 || dtype == DataType::Int16;
  if (known && same && codes) askCodes(questions);
  if (SteeringInputs::ask(questions, {1})) {
    askPlan(questions, SteeringInputs(graph, node, {1}), planFor(graph, node));
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareReduce(const Graph& graph, const Node& node) {
  const SteeringInputs inputs(graph, node, {1});
  const auto plan = planFor(graph, node);
  Prepared prepared;
  prepared.rows = (elementCount(outputType(graph, node)) + kOutputsPerRow - 1) / kOutputsPerRow;
  if (!inputs.constant()) {
    prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  }
  prepared.run = [plan, inputs, run = runOf(graph, node)](const Operands& operands, Rows rows) {
    const auto planned = plan(inputs.read(operands));
    if (planned.ok()) run(planned.value(), operands, rows);
  };
  return prepared;
}

}  // namespace

common::Multiplier sumMultiplier(const TensorType& in, const TensorType& out, int64_t terms) {
  const common::Multiplier multiplier = *common::quantizeMultiplier(double(scaleOf(in)) / double(scaleOf(out)));
  return dividedBy(multiplier, terms);
}

std::span<const Entry> reduceKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Mean, supportsReduce, prepareReduce},
                                       {OpKind::Sum, supportsReduce, prepareReduce}};
  return kEntries;
}

}  // namespace trireme::reference
