#pragma once

#include <vector>

#include "kernels/common/activation_range.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/operands.h"

// What convolutions share: the pairings of types that TFLite has, and the way from an accumulator to an output.
namespace trireme::reference {

enum class Arithmetic : uint8_t {
  Float,     // float32 all through
  Hybrid,    // float32 image, int8 filter: the image is quantised while it runs
  UInt8,     // uint8 image and filter, int32 bias
  Int8,      // int8 image and filter, int32 bias
  Int16,     // int16 image, int8 filter, int32 bias
  Int16Wide  // int16 image, int8 filter, int64 bias and accumulators
};

// Which inputs are what, and which axis of the filter counts the output's channels.
struct WeightedOperands {
  size_t image = 0, filter = 1, bias = 2;
  int channelAxis = 0;
};

// What the options say of the bias of int16 activations: Int32, Int64, or Float32 for nothing.
DataType statedBiasType(const Node& node);
// Whether int16 activations are summed in 64 bits: as the bias has it, else as the options say, else yes.
bool isWide(const Node& node, const Value* bias);
// For int16 activations: the options say nothing, or a type that the bias, if any, has.
bool askBiasType(Questions& questions, size_t bias);

Arithmetic arithmeticOf(const Graph& graph, const Node& node, const WeightedOperands& operands);
// Element types, quantisation and activation of image, filter, bias and output 0; the bias has one element a channel.
bool askArithmetic(Questions& questions, const WeightedOperands& operands, Activation activation);

// From integer accumulators to codes: one multiplier a channel or one for all, then the output's zero point and range.
struct Rescale {
  std::vector<common::Multiplier> multipliers;
  int32_t outputZero = 0;
  common::CodeRange range;
  common::Multiplier of(size_t channel) const { return multipliers[multipliers.size() == 1 ? 0 : channel]; }
  int32_t finish(int32_t acc, size_t channel) const {
    return common::clamp(common::wrappingAdd(common::multiply(acc, of(channel)), outputZero), range);
  }
  int32_t finish(int64_t acc, size_t channel) const {
    return common::clamp(common::wrappingAdd(common::multiply64(acc, of(channel)), outputZero), range);
  }
};
Rescale makeRescale(const Graph& graph, const Node& node, const WeightedOperands& operands, Activation activation);

// The filter's scale of a channel, where the file has one a channel or one for all.
inline float channelScale(const std::vector<float>& scales, size_t channel) {
  return scales[scales.size() == 1 ? 0 : channel];
}
// Whether a hybrid filter has different scales for its channels: TFLite then quantises the image asymmetrically.
bool hasDifferentScales(const TensorType& filter);

}  // namespace trireme::reference
