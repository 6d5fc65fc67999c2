#include "kernels/reference/accumulator.h"

#include <algorithm>
#include <cmath>

namespace trireme::reference {
namespace {

double multiplierOf(const TensorType& image, const TensorType& filter, const TensorType& output, size_t channel) {
  const auto& scales = filter.quantization.scales;
  if (image.dtype == DataType::UInt8) return common::productScaleUInt8(scaleOf(image), scales[0], scaleOf(output));
  return common::productScale(scaleOf(image), scales.size() == 1 ? scales[0] : scales[channel], scaleOf(output));
}

bool askTypes(Questions& questions, const WeightedOperands& operands) {
  const DataType image = inputType(questions.graph(), questions.node(), operands.image).dtype;
  if (!questions.inputDtype(operands.image, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16}) ||
      !questions.outputDtype({image})) {
    return false;
  }
  const bool isFloat = image == DataType::Float32;
  const bool filterFits =
      isFloat ? questions.inputDtype(operands.filter, {DataType::Float32, DataType::Int8})
              : questions.inputDtype(operands.filter, {image == DataType::UInt8 ? DataType::UInt8 : DataType::Int8});
  if (image == DataType::Int16 && !askBiasType(questions, operands.bias)) return false;
  if (inputValue(questions.graph(), questions.node(), operands.bias) == nullptr) return filterFits;
  if (image == DataType::Int16) {
    return questions.inputDtype(operands.bias, {DataType::Int32, DataType::Int64}) && filterFits;
  }
  return questions.inputDtype(operands.bias, {isFloat ? DataType::Float32 : DataType::Int32}) && filterFits;
}

// TFLite's own condition on uint8 models: the bias must have been made for these scales.
bool askBiasScale(Questions& questions, const WeightedOperands& operands) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const TensorType& image = inputType(graph, node, operands.image);
  const Value* bias = inputValue(graph, node, operands.bias);
  if (bias == nullptr || image.dtype != DataType::UInt8) return true;
  const double biasScale = isQuantized(bias->type) ? double(scaleOf(bias->type)) : 0.0;
  const double product = double(scaleOf(image)) * double(scaleOf(inputType(graph, node, operands.filter)));
  return questions.require(
      std::abs(product - biasScale) / double(scaleOf(outputType(graph, node))) <= 0.02, ReasonCode::Quantization,
      nameInput(graph, node, operands.bias) + ": the scale " + std::to_string(biasScale) +
          " differs from the product of the scales of image and filter, " + std::to_string(product));
}

bool askQuantization(Questions& questions, const WeightedOperands& operands) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  if (!questions.inputPerTensor(operands.image) || !questions.outputPerTensor()) return false;
  const TensorType& image = inputType(graph, node, operands.image);
  const TensorType& filter = inputType(graph, node, operands.filter);
  const bool fits = image.dtype == DataType::UInt8 ? questions.inputPerTensor(operands.filter)
                                                   : questions.inputPerChannel(operands.filter, operands.channelAxis);
  if (!fits || !askBiasScale(questions, operands)) return false;
  const auto& zeros = filter.quantization.zeroPoints;
  if (image.dtype != DataType::UInt8 &&
      !questions.require(std::all_of(zeros.begin(), zeros.end(), [](int32_t z) { return z == 0; }),
                         ReasonCode::Quantization,
                         nameInput(graph, node, operands.filter) + ": int8 filters must have the zero point 0")) {
    return false;
  }
  const int most =
      arithmeticOf(graph, node, operands) == Arithmetic::Int16Wide ? common::kLargestShift64 : common::kLargestShift;
  for (size_t c = 0; c < filter.quantization.scales.size(); ++c) {
    const double real = multiplierOf(image, filter, outputType(graph, node), c);
    const auto multiplier = common::quantizeMultiplier(real);
    if (multiplier && multiplier->shift <= most) continue;  // no sentence is made for each of many channels
    return questions.require(
        false, ReasonCode::Quantization,
        "the scales of image, filter and output give the multiplier " + std::to_string(real) + ", which is too large");
  }
  return true;
}

bool askActivation(Questions& questions, Activation activation) {
  const TensorType& output = outputType(questions.graph(), questions.node());
  const bool known =
      output.dtype == DataType::Float32
          ? common::activationRange(activation).has_value()
          : common::activationRange(activation, output.dtype, scaleOf(output), zeroOf(output)).has_value();
  return questions.require(
      known, ReasonCode::Parameter,
      "the fused activation " + std::to_string(int(activation)) + " is not a clamp that the output's type can express");
}

}  // namespace

DataType statedBiasType(const Node& node) {
  if (const auto* conv = std::get_if<Conv2dParams>(&node.params)) return conv->quantizedBiasType;
  if (const auto* conv = std::get_if<TransposeConvParams>(&node.params)) return conv->quantizedBiasType;
  if (const auto* dense = std::get_if<FullyConnectedParams>(&node.params)) return dense->quantizedBiasType;
  return DataType::Float32;
}

bool isWide(const Node& node, const Value* bias) {
  return (bias != nullptr ? bias->type.dtype : statedBiasType(node)) != DataType::Int32;
}

bool askBiasType(Questions& questions, size_t bias) {
  const DataType stated = statedBiasType(questions.node());
  if (stated == DataType::Float32) return true;
  const Value* value = inputValue(questions.graph(), questions.node(), bias);
  const bool possible = stated == DataType::Int32 || stated == DataType::Int64;
  return questions.require(possible && (value == nullptr || value->type.dtype == stated), ReasonCode::Parameter,
                           "quantized_bias_type is " + std::string(dataTypeName(stated)) +
                               (possible ? ", the bias is not" : ", expected int32 or int64"));
}

Arithmetic arithmeticOf(const Graph& graph, const Node& node, const WeightedOperands& operands) {
  switch (inputType(graph, node, operands.image).dtype) {
    case DataType::UInt8:
      return Arithmetic::UInt8;
    case DataType::Int8:
      return Arithmetic::Int8;
    case DataType::Int16:
      return isWide(node, inputValue(graph, node, operands.bias)) ? Arithmetic::Int16Wide : Arithmetic::Int16;
    default:
      return inputType(graph, node, operands.filter).dtype == DataType::Int8 ? Arithmetic::Hybrid : Arithmetic::Float;
  }
}

bool askArithmetic(Questions& questions, const WeightedOperands& operands, Activation activation) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  if (!askTypes(questions, operands)) return false;
  const int64_t channels = inputType(graph, node, operands.filter).shape.dim(operands.channelAxis);
  if (const Value* bias = inputValue(graph, node, operands.bias);
      bias != nullptr && !questions.require(bias->type.shape.elements() == channels, ReasonCode::Parameter,
                                            nameInput(graph, node, operands.bias) + ": expected " +
                                                std::to_string(channels) + " elements, one an output channel")) {
    return false;
  }
  const Arithmetic arithmetic = arithmeticOf(graph, node, operands);
  if (arithmetic == Arithmetic::Hybrid) {
    if (!questions.inputPerChannel(operands.filter, operands.channelAxis)) return false;
  } else if (arithmetic != Arithmetic::Float) {
    if (!askQuantization(questions, operands)) return false;
  }
  return askActivation(questions, activation);
}

Rescale makeRescale(const Graph& graph, const Node& node, const WeightedOperands& operands, Activation activation) {
  const TensorType& image = inputType(graph, node, operands.image);
  const TensorType& filter = inputType(graph, node, operands.filter);
  const TensorType& output = outputType(graph, node);
  Rescale rescale;
  rescale.multipliers.resize(filter.quantization.scales.size());
  for (size_t c = 0; c < rescale.multipliers.size(); ++c) {
    const auto multiplier = common::quantizeMultiplier(multiplierOf(image, filter, output, c));
    rescale.multipliers[c] = multiplier.value_or(common::Multiplier{});
  }
  rescale.outputZero = zeroOf(output);
  const auto range = common::activationRange(activation, output.dtype, scaleOf(output), zeroOf(output));
  rescale.range = range.value_or(common::CodeRange{});
  return rescale;
}

bool hasDifferentScales(const TensorType& filter) {
  const auto& scales = filter.quantization.scales;
  return std::any_of(scales.begin(), scales.end(), [&](float scale) { return scale != scales[0]; });
}

}  // namespace trireme::reference
