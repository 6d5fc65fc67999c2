#include "tests/conformance/matrix/weighted.h"

#include <cmath>

namespace trireme::conformance::matrix {
namespace {

TensorType weightsOf(Form form, const WeightedSizes& sizes) {
  if (form == Form::Float32) return plain(DataType::Float32, sizes.weights);
  if (form == Form::UInt8) return tensor(Form::UInt8, sizes.weights, 0.01f, 120);
  TensorType type = tensor(Form::Int8, sizes.weights, 0.004f, 0);
  const bool slices = form == Form::Int8PerChannel || form == Form::Int16 || (form == Form::Hybrid && sizes.perChannel);
  if (!slices) return type;
  Quantization& q = type.quantization;
  q.axis = sizes.channelAxis;
  q.scales.clear();
  for (int64_t i = 0; i < type.shape.dim(q.axis); ++i) q.scales.push_back(0.003f * (1 + 0.13f * float(i % 7)));
  q.zeroPoints.assign(q.scales.size(), 0);
  return type;
}

TensorType biasOf(Form form, const Weighted& types, int axis) {
  const int64_t channels = types.weights.shape.dim(axis);
  if (!isCodes(form)) return plain(DataType::Float32, {channels});
  TensorType type = plain(form == Form::Int16 ? DataType::Int64 : DataType::Int32, {channels});
  Quantization& q = type.quantization;
  for (const float scale : types.weights.quantization.scales) q.scales.push_back(usualScale(form) * scale);
  q.zeroPoints.assign(q.scales.size(), 0);
  q.axis = q.scales.size() > 1 ? 0 : -1;
  return type;
}

// About a third of the products' deviation times the root of their number a hundredth of the type's range.
float outputScale(Form form, int64_t taps) {
  const float root = std::sqrt(float(taps));
  if (form == Form::UInt8) return 0.05f * root;
  return (form == Form::Int16 ? 0.0002f : 0.02f) * root;
}

}  // namespace

Weighted weighted(Form form, const WeightedSizes& sizes) {
  Weighted types;
  types.image = tensor(form, sizes.image);
  types.weights = weightsOf(form, sizes);
  types.bias = biasOf(form, types, sizes.channelAxis);
  types.out = tensor(form, {}, outputScale(form, sizes.taps), form == Form::Int16 ? 0 : usualZero(form) + 7);
  return types;
}

std::string_view name(Activation activation) {
  constexpr std::string_view kNames[] = {"none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
  return kNames[size_t(activation)];
}
std::string_view name(Padding padding) { return padding == Padding::Same ? "same" : "valid"; }

void addWeighted(OpCase& row, support::Random& random, const Weighted& types, bool bias) {
  row.in(types.image, values(types.image, random, Spread::Wide));
  row.constant(types.weights, values(types.weights, random, Spread::Unit));
  if (!bias) {
    row.out(types.out);
    return;
  }
  const auto count = size_t(types.bias.shape.elements());
  if (types.bias.dtype == DataType::Int32) {
    std::vector<int32_t> all(count);
    for (int32_t& one : all) one = int32_t(random.between(-2500, 2500));
    row.constant(types.bias, all);
  } else if (types.bias.dtype == DataType::Int64) {
    std::vector<int64_t> all(count);
    for (int64_t& one : all) one = random.between(-200000, 200000);
    row.constant(types.bias, all);
  } else {
    row.constant(types.bias, values(types.bias, random, Spread::Wide));
  }
  row.out(types.out);
}

}  // namespace trireme::conformance::matrix
