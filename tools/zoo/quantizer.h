#pragma once

#include "core/graph/builder.h"
#include "tools/zoo/calibration.h"

namespace trireme::zoo {

// The float32 graph with int8 activations (asymmetric, one scale a tensor), int8 weights (symmetric, one scale an
// output channel) and int32 biases (scale: input's times weights'). Inputs and outputs are int8 too. `ranges`: what
// calibration saw of each value. Unsupported, with the node, where an operator has no line in the table of
// quantizer_scales.cpp or a value is not float32.
Result<Graph> quantizeInt8(const Graph& graph, const Ranges& ranges);

// Its parts.

// What int8 means for one operator.
enum class OutputScale : uint8_t {
  Own,          // of the range that was seen
  AsInputs,     // inputs and output share one scale: the kernel moves or compares codes
  Probability,  // 1/256, zero point -128: 0 to 1
  Unit          // 1/128, zero point 0: -1 to 1
};
struct OperatorRule {
  OpKind op;
  uint16_t version;  // the first that has int8, as written here
  OutputScale output;
  int weightsAxis = -1;  // the output channels of input 1, which are weights; input 2 is then the bias. -1: no weights
  int dataInputs = 1;    // how many leading inputs are data; INT_MAX: all
};
Result<const OperatorRule*> ruleOf(const Graph& graph, NodeId node);

// A range's code for int8: zero is exact, the range is covered.
Quantization activationQuantization(const Range& range);
// One for each value that holds activations, constants beside them included; without scales for weights and indices.
Result<std::vector<Quantization>> assignScales(const Graph& graph, const Ranges& ranges);

struct Codes {
  std::vector<int8_t> weights;
  std::vector<int32_t> bias;  // empty: none
  Quantization weightScales, biasScales;
};
// `axis` is that of the output channels; the others are what one output sums over. A channel whose bias would not fit
// its 32 bits gets coarser weights.
Codes quantizeWeights(std::span<const float> weights, const Shape& shape, int axis, std::span<const float> bias,
                      float inputScale);
std::vector<int8_t> quantizeCodes(std::span<const float> elements, const Quantization& quantization);
std::span<const float> floatsOf(const Value& constant);

}  // namespace trireme::zoo
