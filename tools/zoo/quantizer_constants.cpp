// Codes of constants.
#include <algorithm>
#include <cmath>

#include "tools/zoo/quantizer.h"

namespace trireme::zoo {
namespace {

constexpr double kLargestBias = 1 << 30;  // leaves room for the sum that is added to it

int8_t code(double value, double least) { return static_cast<int8_t>(std::clamp(std::round(value), least, 127.0)); }

}  // namespace

std::span<const float> floatsOf(const Value& constant) {
  return {reinterpret_cast<const float*>(constant.constant.data()), constant.constant.size() / sizeof(float)};
}

Codes quantizeWeights(std::span<const float> weights, const Shape& shape, int axis, std::span<const float> bias,
                      float inputScale) {
  int64_t inner = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape.dim(i);
  const auto channels = static_cast<size_t>(shape.dim(axis));
  const auto channelOf = [&](size_t i) { return i / static_cast<size_t>(inner) % channels; };

  std::vector<float> largest(channels, 0);
  for (size_t i = 0; i < weights.size(); ++i) {
    largest[channelOf(i)] = std::max(largest[channelOf(i)], std::abs(weights[i]));
  }
  Codes codes;
  codes.weightScales.axis = axis;
  codes.weightScales.zeroPoints.assign(channels, 0);
  codes.biasScales.axis = 0;
  if (!bias.empty()) codes.biasScales.zeroPoints.assign(channels, 0);
  for (size_t c = 0; c < channels; ++c) {
    float scale = largest[c] > 0 ? largest[c] / 127 : 1.0F / 127;
    if (!bias.empty()) {
      scale = std::max(scale, static_cast<float>(double(std::abs(bias[c])) / (double(inputScale) * kLargestBias)));
      codes.biasScales.scales.push_back(inputScale * scale);
      codes.bias.push_back(static_cast<int32_t>(std::round(double(bias[c]) / (double(inputScale) * double(scale)))));
    }
    codes.weightScales.scales.push_back(scale);
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    codes.weights.push_back(code(double(weights[i]) / double(codes.weightScales.scales[channelOf(i)]), -127));
  }
  return codes;
}

std::vector<int8_t> quantizeCodes(std::span<const float> elements, const Quantization& quantization) {
  std::vector<int8_t> codes;
  for (const float element : elements) {
    codes.push_back(code(double(element) / double(quantization.scales[0]) + quantization.zeroPoints[0], -128));
  }
  return codes;
}

}  // namespace trireme::zoo
