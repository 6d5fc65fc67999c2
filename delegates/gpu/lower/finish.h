#pragma once

#include "delegates/gpu/emitter.h"
#include "kernels/common/activation_range.h"
#include "kernels/reference/accumulator.h"

// What becomes of a convolution's sums: FINISH of the programs and what it needs.
namespace trireme::gpu {

// Sums of floats: bias, a function, a clamp, then a residual and its own clamp.
struct FloatFinish {
  enum Kind : int32_t { Clamp, Residual, Slopes, HardSwish, Logistic, Tanh };
  int32_t kind = Clamp;
  common::FloatRange range, second;
  ValueId residual = kNoValue;  // of Residual
  ValueId slopes = kNoValue;    // of Slopes: one a channel; none: `leak`
  float leak = 0;
  std::string names;  // of the operators that were taken: "RELU, ADD"
};
// The node's own activation and the operators behind it; nothing where they do not fit.
std::optional<FloatFinish> floatFinish(const Graph& graph, const Node& node, Activation activation,
                                       std::span<const NodeId> after);
// Lowering::takesAfter of an operator with floats and this activation.
bool floatTakesAfter(const Graph& graph, const Node& node, Activation activation, const Call& call, const Node& next);

// A quantised ADD behind codes, by the numbers of the reference.
struct CodeSum {
  ValueId residual = kNoValue;
  int32_t ownZero = 0, otherZero = 0, outputZero = 0, shift = 0;  // shift: both operands, to the left
  common::Multiplier own, other, output;
  common::CodeRange range;
  float sure = -1;  // as sureDistance(), of the sum
};
// Sums of codes: bias, multiplier, zero point, clamp; then perhaps the ADD.
struct CodeFinish {
  enum Kind : int32_t { TwoRoundings, OneRounding, Table, Sum };
  int32_t kind = TwoRoundings;
  int32_t imageZero = 0, filterZero = 0, outputZero = 0;
  common::CodeRange range;
  std::vector<common::Multiplier> multipliers;  // one a channel
  std::vector<double> scales;                   // of Table: one, or one a channel
  std::optional<CodeSum> sum;                   // of Sum
};
CodeFinish codeFinish(const Graph& graph, const Node& node, const reference::WeightedOperands& operands,
                      Activation activation);

// Lowering::takesAfter of an operator with codes: an ADD whose other operand has the same shape.
bool codesTakeAfter(const Graph& graph, const Node& node, const Call& call, const Node& next);
// The ADD, behind a node that took it.
CodeSum codeSum(const Graph& graph, const Node& node, const Node& add);
// How far from the middle between two ties the programs' codes by floats are those of the integers; below 0: nowhere.
float sureDistance(const CodeFinish& finish);

// What is left of it for some channels of a layer.
CodeFinish finishOf(const CodeFinish& finish, int64_t first, int64_t channels);

// Each of these is for `channels` channels of a layer, from `first` on. A residual is read from its first channel.
// The extra buffer of codes: all mantissas, then all shifts, each padded to whole vectors; or the tables; or the
// residual.
Tensor codeExtra(Emitter& emitter, const CodeFinish& finish, int64_t channels, int64_t first = 0);
// The bias as 32-bit codes with the image's zero point in it: bias - zero * sum of the channel's weights, wrapping.
// Behind it, with an ADD, mantissas, shifts, and the ADD's numbers.
Tensor codeBias(Emitter& emitter, const CodeFinish& finish, const Value* bias, int64_t channels,
                const std::function<int64_t(int64_t channel)>& weightSum, int64_t first = 0);
Tensor floatBias(Emitter& emitter, const Value* bias, int64_t channels, int64_t first = 0);
// The extra buffer of floats; `otherwise` where there is none.
Tensor floatExtra(Emitter& emitter, const FloatFinish& finish, int64_t channels, Storage storage,
                  const Tensor& otherwise, int64_t first = 0);

// Constant weights, and arithmetic that the programs have: floats, int8, uint8, or hybrid where the device can.
Support supportsWeighted(const LowerQuery& query, const reference::WeightedOperands& operands);
// Weights of the filter as floats: codes less their zero point.
class FilterWeights {
 public:
  FilterWeights(const Value& filter, int32_t zero) : filter_(filter), zero_(zero) {}
  float at(int64_t element) const {
    switch (filter_.type.dtype) {
      case DataType::Int8:
        return float(reinterpret_cast<const int8_t*>(filter_.constant.data())[element] - zero_);
      case DataType::UInt8:
        return float(reinterpret_cast<const uint8_t*>(filter_.constant.data())[element] - zero_);
      default:
        return reinterpret_cast<const float*>(filter_.constant.data())[element];
    }
  }

 private:
  const Value& filter_;
  int32_t zero_;
};

}  // namespace trireme::gpu
