#include "delegates/gpu/lower/finish.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "delegates/gpu/hybrid.h"
#include "delegates/gpu/weights.h"
#include "kernels/common/half_float.h"
#include "kernels/reference/binary.h"

namespace trireme::gpu {
namespace {

constexpr float kMost = std::numeric_limits<float>::max();

common::FloatRange bothClamps(common::FloatRange first, common::FloatRange then) {
  return {common::clamp(first.low, then), common::clamp(first.high, then)};
}

std::optional<common::FloatRange> rangeOf(OpKind op) {
  switch (op) {
    case OpKind::Relu:
      return common::FloatRange{0, kMost};
    case OpKind::Relu6:
      return common::FloatRange{0, 6};
    case OpKind::ReluN1To1:
      return common::FloatRange{-1, 1};
    case OpKind::Relu0To1:
      return common::FloatRange{0, 1};
    default:
      return std::nullopt;
  }
}

bool isUnclamped(const common::FloatRange& range) { return range.low == -kMost && range.high == kMost; }

// Walks the operators behind a convolution, one by one.
class Follower {
 public:
  Follower(const Graph& graph, const Node& node, common::FloatRange range) : graph_(graph), last_(node.outputs[0]) {
    finish_.range = range;
    finish_.second = {-kMost, kMost};
  }
  bool take(const Node& next) {
    if (!fits(next)) return false;
    last_ = next.outputs[0];
    finish_.names += (finish_.names.empty() ? "" : ", ") + std::string(opName(next.op));
    return true;
  }
  const FloatFinish& finish() const { return finish_; }

 private:
  bool fits(const Node& next) {
    if (const auto range = rangeOf(next.op)) {
      common::FloatRange& last = finish_.kind == FloatFinish::Residual ? finish_.second : finish_.range;
      last = bothClamps(last, *range);
      return true;
    }
    // A function or a residual comes once; a function before any clamp.
    if (finish_.kind != FloatFinish::Clamp) return false;
    if (next.op == OpKind::Add) return fitsResidual(next);
    if (!isUnclamped(finish_.range)) return false;
    switch (next.op) {
      case OpKind::Prelu:
        finish_.kind = FloatFinish::Slopes;
        finish_.slopes = next.inputs[1];
        return slopesAreChannels();
      case OpKind::LeakyRelu:
        finish_.kind = FloatFinish::Slopes;
        finish_.leak = next.as<LeakyReluParams>().alpha;
        return true;
      case OpKind::HardSwish:
        finish_.kind = FloatFinish::HardSwish;
        return true;
      case OpKind::Logistic:
        finish_.kind = FloatFinish::Logistic;
        return true;
      case OpKind::Tanh:
        finish_.kind = FloatFinish::Tanh;
        return true;
      default:
        return false;
    }
  }
  bool fitsResidual(const Node& add) {
    const ValueId other = add.inputs[0] == last_ ? add.inputs[1] : add.inputs[0];
    const auto range = common::activationRange(add.as<AddParams>().activation);
    if (!range || add.inputs[0] == add.inputs[1]) return false;
    if (graph_.value(other).isConstant || graph_.value(other).type.shape != graph_.value(last_).type.shape)
      return false;
    finish_.kind = FloatFinish::Residual;
    finish_.residual = other;
    finish_.second = *range;
    return true;
  }
  bool slopesAreChannels() const {
    const Value& slopes = graph_.value(finish_.slopes);
    const int64_t channels = channelsOf(graph_.value(last_).type.shape);
    return slopes.isConstant && channelsOf(slopes.type.shape) == channels && rowsOf(slopes.type.shape) == 1;
  }

  const Graph& graph_;
  ValueId last_;
  FloatFinish finish_;
};

// Errors of codes by floats stay below this: codes and sums are right to a few units of 2^-24 of 256.
constexpr double kFloatError = 1.0 / 8192;
constexpr int32_t kLeastShift = -30;  // of multipliers that the programs know as floats
// ADDs that the programs know as floats: of 8-bit codes, with scales of operands up to so many of the result's.
constexpr int32_t kSumShift = 20;
constexpr double kLargestSum = 512;

// Mantissas, shifts, and the numbers of the ADD, as conv_gemm.gpu counts them.
std::vector<int32_t> numbersOf(const CodeFinish& finish, int64_t channels, int64_t padded) {
  std::vector<int32_t> numbers(size_t(2 * padded), 0);
  for (int64_t c = 0; c < channels; ++c) {
    numbers[size_t(c)] = finish.multipliers[size_t(c)].mantissa;
    numbers[size_t(padded + c)] = finish.multipliers[size_t(c)].shift;
  }
  const CodeSum& sum = *finish.sum;
  numbers.insert(numbers.end(),
                 {sum.ownZero, sum.own.mantissa, sum.own.shift, sum.otherZero, sum.other.mantissa, sum.other.shift,
                  sum.shift, sum.outputZero, sum.output.mantissa, sum.output.shift, sum.range.low, sum.range.high});
  return numbers;
}

Tensor fromChannel(Tensor tensor, int64_t first) {
  tensor.at += first;
  return tensor;
}

void writeFloat(std::span<std::byte> bytes, Storage storage, int64_t at, float value) {
  if (storage == Storage::F16) {
    reinterpret_cast<uint16_t*>(bytes.data())[at] = common::halfFromFloat(std::clamp(value, -65504.0f, 65504.0f));
  } else {
    reinterpret_cast<float*>(bytes.data())[at] = value;
  }
}

}  // namespace

std::optional<FloatFinish> floatFinish(const Graph& graph, const Node& node, Activation activation,
                                       std::span<const NodeId> after) {
  const auto range = common::activationRange(activation);
  if (!range) return std::nullopt;
  Follower follower(graph, node, *range);
  for (const NodeId id : after) {
    if (!follower.take(graph.node(id))) return std::nullopt;
  }
  return follower.finish();
}

bool floatTakesAfter(const Graph& graph, const Node& node, Activation activation, const Call& call, const Node& next) {
  // Of floats alone: hybrid sums have a finish of their own.
  if (graph.value(node.outputs[0]).type.dtype != DataType::Float32) return false;
  if (graph.value(node.inputs[1]).type.dtype != DataType::Float32) return false;
  if (graph.value(next.outputs[0]).type.shape != graph.value(node.outputs[0]).type.shape) return false;
  const auto range = common::activationRange(activation);
  if (!range) return false;
  Follower follower(graph, node, *range);
  for (const NodeId id : call.after) {
    if (!follower.take(graph.node(id))) return false;
  }
  return follower.take(next);
}

CodeFinish codeFinish(const Graph& graph, const Node& node, const reference::WeightedOperands& operands,
                      Activation activation) {
  const TensorType& image = reference::inputType(graph, node, operands.image);
  const TensorType& filter = reference::inputType(graph, node, operands.filter);
  const reference::Rescale rescale = reference::makeRescale(graph, node, operands, activation);
  CodeFinish finish;
  finish.imageZero = reference::zeroOf(image);
  finish.filterZero = image.dtype == DataType::UInt8 ? reference::zeroOf(filter) : 0;
  finish.outputZero = rescale.outputZero;
  finish.range = rescale.range;
  const int64_t channels = channelsOf(reference::outputType(graph, node).shape);
  for (int64_t c = 0; c < channels; ++c) finish.multipliers.push_back(rescale.of(size_t(c)));
  return finish;
}

bool codesTakeAfter(const Graph& graph, const Node& node, const Call& call, const Node& next) {
  const DataType dtype = graph.value(node.inputs[0]).type.dtype;
  const TensorType& out = graph.value(node.outputs[0]).type;
  if (next.op != OpKind::Add || !call.after.empty() || (dtype != DataType::Int8 && dtype != DataType::UInt8))
    return false;
  const ValueId other = next.inputs[0] == call.output ? next.inputs[1] : next.inputs[0];
  const TensorType& residual = graph.value(other).type;
  if (graph.value(other).isConstant || residual.shape != out.shape) return false;
  if (out.dtype != dtype || residual.dtype != dtype) return false;
  return reference::hasQuantizedForm(graph, next) &&
         reference::quantizedBinary(graph, next).form == reference::QuantizedBinary::Form::Sum;
}

CodeSum codeSum(const Graph& graph, const Node& node, const Node& add) {
  const reference::QuantizedBinary q = reference::quantizedBinary(graph, add);
  const bool left = add.inputs[0] == node.outputs[0];
  CodeSum sum;
  sum.residual = add.inputs[left ? 1 : 0];
  sum.ownZero = left ? q.leftZero : q.rightZero;
  sum.otherZero = left ? q.rightZero : q.leftZero;
  sum.own = left ? q.left : q.right;
  sum.other = left ? q.right : q.left;
  sum.outputZero = q.outZero;
  sum.output = q.out;
  sum.shift = q.shift;
  sum.range = q.range;
  // Floats err by some units of 2^-24 of the operands, in units of the result.
  const auto real = [](common::Multiplier m) { return std::ldexp(double(m.mantissa), m.shift - 31); };
  const double unit = std::ldexp(real(q.out), q.shift);
  const double largest = std::max({1.0, real(q.left) * unit, real(q.right) * unit});
  if (q.shift == kSumShift && largest <= kLargestSum) sum.sure = float(0.5 - 2 * kFloatError * largest);
  return sum;
}

float sureDistance(const CodeFinish& finish) {
  for (const common::Multiplier& multiplier : finish.multipliers) {
    if (multiplier.shift > 0 || multiplier.shift < kLeastShift) return -1;
  }
  return float(0.5 - kFloatError);
}

CodeFinish finishOf(const CodeFinish& finish, int64_t first, int64_t channels) {
  const auto some = [&](auto& all) {
    if (int64_t(all.size()) < first + channels) return;  // one for all, or unused
    all.erase(all.begin() + first + channels, all.end());
    all.erase(all.begin(), all.begin() + first);
  };
  CodeFinish part = finish;
  some(part.multipliers);
  some(part.scales);
  return part;
}

Tensor codeExtra(Emitter& emitter, const CodeFinish& finish, int64_t channels, int64_t first) {
  if (finish.kind == CodeFinish::Sum) return fromChannel(emitter.read(finish.sum->residual), first);
  if (finish.kind == CodeFinish::Table) {
    return emitter.weights(Storage::I32, int64_t(finish.scales.size() * kThresholds), [&](std::span<std::byte> bytes) {
      const std::span tables(reinterpret_cast<int32_t*>(bytes.data()), bytes.size() / sizeof(int32_t));
      for (size_t i = 0; i < finish.scales.size(); ++i) {
        const DoubleScale scale{finish.scales[i], finish.outputZero, finish.range.low, finish.range.high};
        thresholdsOf(scale, tables.subspan(i * kThresholds, kThresholds));
      }
    });
  }
  const int64_t padded = roundUp(channels, emitter.width());
  return emitter.weights(Storage::I32, 2 * padded, [&](std::span<std::byte> bytes) {
    auto* to = reinterpret_cast<int32_t*>(bytes.data());
    std::fill_n(to, 2 * padded, 0);
    for (int64_t c = 0; c < channels; ++c) {
      to[c] = finish.multipliers[size_t(c)].mantissa;
      to[padded + c] = finish.multipliers[size_t(c)].shift;
    }
  });
}

Tensor codeBias(Emitter& emitter, const CodeFinish& finish, const Value* bias, int64_t channels,
                const std::function<int64_t(int64_t)>& weightSum, int64_t first) {
  const int64_t padded = roundUp(channels, emitter.width());
  std::vector<int32_t> numbers;
  if (finish.sum) numbers = numbersOf(finish, channels, padded);
  const int64_t count = padded + int64_t(numbers.size());
  return emitter.weights(Storage::I32, count, [&](std::span<std::byte> bytes) {
    auto* to = reinterpret_cast<uint32_t*>(bytes.data());
    std::fill_n(to, padded, 0u);
    for (int64_t c = 0; c < channels; ++c) {
      const uint32_t own =
          bias == nullptr ? 0 : uint32_t(reinterpret_cast<const int32_t*>(bias->constant.data())[first + c]);
      to[c] = own - uint32_t(int64_t{finish.imageZero} * weightSum(c));
    }
    std::copy(numbers.begin(), numbers.end(), to + padded);
  });
}

Tensor floatBias(Emitter& emitter, const Value* bias, int64_t channels, int64_t first) {
  const int64_t padded = roundUp(channels, emitter.width());
  return emitter.weights(Storage::F32, padded, [&](std::span<std::byte> bytes) {
    auto* to = reinterpret_cast<float*>(bytes.data());
    std::fill_n(to, padded, 0.0f);
    if (bias != nullptr) std::copy_n(reinterpret_cast<const float*>(bias->constant.data()) + first, channels, to);
  });
}

Tensor floatExtra(Emitter& emitter, const FloatFinish& finish, int64_t channels, Storage storage,
                  const Tensor& otherwise, int64_t first) {
  if (finish.kind == FloatFinish::Residual) return fromChannel(emitter.read(finish.residual), first);
  if (finish.kind != FloatFinish::Slopes) return otherwise;
  const int64_t padded = roundUp(channels, emitter.width());
  return emitter.weights(storage, padded, [&](std::span<std::byte> bytes) {
    for (int64_t c = 0; c < padded; ++c) writeFloat(bytes, storage, c, 0);
    for (int64_t c = 0; c < channels; ++c) {
      const std::byte* slopes =
          finish.slopes == kNoValue ? nullptr : emitter.graph().value(finish.slopes).constant.data();
      writeFloat(bytes, storage, c, slopes ? reinterpret_cast<const float*>(slopes)[first + c] : finish.leak);
    }
  });
}

Support supportsWeighted(const LowerQuery& query, const reference::WeightedOperands& operands) {
  using reference::Arithmetic;
  Support support;
  for (const size_t i : {operands.filter, operands.bias}) {
    const Value* value = reference::inputValue(query.graph, query.node, i);
    support.require(value == nullptr || value->isConstant, ReasonCode::NeedsConstant,
                    fmt::format("input {} must be a constant: weights are packed before the first run", i));
  }
  const Arithmetic arithmetic = reference::arithmeticOf(query.graph, query.node, operands);
  if (arithmetic == Arithmetic::Hybrid) {
    const Support hybrid = supportsHybrid(query.limits);
    for (const Reason& reason : hybrid.reasons()) support.require(false, reason.code, reason.detail);
  }
  support.require(arithmetic != Arithmetic::Int16 && arithmetic != Arithmetic::Int16Wide, ReasonCode::DataType,
                  "int16 activations: sums of their products have no exact program");
  return support;
}

}  // namespace trireme::gpu
