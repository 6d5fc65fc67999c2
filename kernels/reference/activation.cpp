#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/common/activation_range.h"
#include "kernels/common/lookup_table.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/activation_codes.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/families.h"

namespace trireme::reference {
namespace {

float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }
// The float operator's form, with the ends where nothing changes any more.
float logistic(float x) {
  if (x > 16.619047164916992188f) return 1.0f;
  return x < -9.0f ? std::exp(x) : sigmoid(x);
}
float elu(float x) { return x < 0.0f ? std::expm1(x) : x; }
float hardSwish(float x) { return x * std::min(6.0f, std::max(0.0f, x + 3.0f)) / 6.0f; }
float gelu(float x) { return 0.5f * x * std::erfc(x * -(std::numbers::sqrt2_v<float> / 2)); }
float geluApproximate(float x) {
  constexpr auto kRootOfTwoOverPi = float(0.79788456080286535588);
  return 0.5f * x * (1.0f + std::tanh(kRootOfTwoOverPi * (x + 0.044715f * x * x * x)));
}

// Bounds of the RELU family.
common::FloatRange bounds(OpKind op) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (op) {
    case OpKind::Relu:
      return {0, kInfinity};
    case OpKind::Relu6:
      return {0, 6};
    case OpKind::ReluN1To1:
      return {-1, 1};
    default:
      return {0, 1};
  }
}
bool isRelu(OpKind op) {
  return op == OpKind::Relu || op == OpKind::Relu6 || op == OpKind::ReluN1To1 || op == OpKind::Relu0To1;
}

Prepared prepareFloat(const Node& node, const TensorType& type) {
  switch (node.op) {
    case OpKind::Logistic:
      return mapElements<float, float>(type, logistic);
    case OpKind::Tanh:
      return mapElements<float, float>(type, [](float x) { return std::tanh(x); });
    case OpKind::Elu:
      return mapElements<float, float>(type, elu);
    case OpKind::HardSwish:
      return mapElements<float, float>(type, hardSwish);
    case OpKind::LeakyRelu:
      return mapElements<float, float>(
          type, [alpha = node.as<LeakyReluParams>().alpha](float x) { return x > 0 ? x : x * alpha; });
    case OpKind::Gelu:
      return node.as<GeluParams>().approximate ? mapElements<float, float>(type, geluApproximate)
                                               : mapElements<float, float>(type, gelu);
    default:
      return mapElements<float, float>(type, [range = bounds(node.op)](float x) { return common::clamp(x, range); });
  }
}

template <class T, class Function>
Prepared tabulate(const TensorType& in, const TensorType& out, Function function) {
  const common::LookupTable8<T> table(scaleOf(in), zeroOf(in), scaleOf(out), zeroOf(out), function);
  return mapElements<T, T>(in, [table](T code) { return table.at(code); });
}

template <class T>
Prepared prepareBytes(const Node& node, const TensorType& in, const TensorType& out) {
  switch (node.op) {
    case OpKind::Logistic:
      return tabulate<T>(in, out, sigmoid);
    case OpKind::Tanh:
      return tabulate<T>(in, out, [](float x) { return std::tanh(x); });
    case OpKind::Elu:
      return tabulate<T>(in, out, elu);
    case OpKind::Gelu:
      return tabulate<T>(in, out, node.as<GeluParams>().approximate ? geluApproximate : gelu);
    case OpKind::HardSwish:
      return mapElements<T, T>(in, HardSwishCodes<T>(in, out));
    case OpKind::LeakyRelu:
      return mapElements<T, T>(in, LeakyReluCodes<T>(in, out, node.as<LeakyReluParams>().alpha));
    default:
      return mapElements<T, T>(in, ReluCodes<T>(in, out, bounds(node.op)));
  }
}

Prepared prepareWords(const Node& node, const TensorType& in, const TensorType& out) {
  switch (node.op) {
    case OpKind::Logistic:
      return mapElements<int16_t, int16_t>(in, SigmoidCodes(in, SigmoidCodes::Form::Logistic));
    case OpKind::Tanh:
      return mapElements<int16_t, int16_t>(in, SigmoidCodes(in, SigmoidCodes::Form::Tanh));
    case OpKind::Gelu: {
      const common::LookupTable16 table(scaleOf(in), zeroOf(in), scaleOf(out), zeroOf(out),
                                        node.as<GeluParams>().approximate ? geluApproximate : gelu);
      return mapElements<int16_t, int16_t>(in, [table](int16_t code) { return table.at(code); });
    }
    case OpKind::LeakyRelu:
      return mapElements<int16_t, int16_t>(in, LeakyReluCodes<int16_t>(in, out, node.as<LeakyReluParams>().alpha));
    default:
      return mapElements<int16_t, int16_t>(in, ReluCodes<int16_t>(in, out, bounds(node.op)));
  }
}

bool askDtype(Questions& questions, OpKind op) {
  switch (op) {
    case OpKind::Elu:
      return questions.inputDtype(0, {DataType::Float32, DataType::Int8});
    case OpKind::HardSwish:
    case OpKind::ReluN1To1:
    case OpKind::Relu0To1:
      return questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8});
    default:
      return questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16});
  }
}

// What the fixed-point forms ask of scales; the sentence of a refusal, or nothing.
std::string complaint(const Node& node, const TensorType& in, const TensorType& out) {
  const bool wide = in.dtype == DataType::Int16;
  if (node.op == OpKind::Logistic || node.op == OpKind::Tanh) {
    if (wide && scaleOf(out) != 1.0f / 32768) return "the output's scale must be 1/32768";
    if (!wide && node.op == OpKind::Logistic && scaleOf(out) != 1.0f / 256) return "the output's scale must be 1/256";
    return wide && !SigmoidCodes::accepts(in) ? "the input's scale is too large" : "";
  }
  if (node.op == OpKind::HardSwish) return hardSwishComplaint(in, out);
  if (node.op == OpKind::LeakyRelu) return leakyReluComplaint(in, out, node.as<LeakyReluParams>().alpha);
  return isRelu(node.op) ? reluComplaint(in, out, bounds(node.op)) : "";
}

Support supportsActivation(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1) || !askDtype(questions, node.op) ||
      !questions.outputDtype({inputType(graph, node, 0).dtype}) ||
      !questions.outputShape(inputType(graph, node, 0).shape.dims())) {
    return std::move(questions).answer();
  }
  const TensorType& in = inputType(graph, node, 0);
  if (in.dtype == DataType::Float32) return std::move(questions).answer();
  const bool anyZero = node.op == OpKind::Gelu;
  const bool fits = anyZero ? questions.inputPerTensorAnyZero(0) && questions.outputPerTensorAnyZero()
                            : questions.inputPerTensor(0) && questions.outputPerTensor();
  if (fits) {
    const std::string text = complaint(node, in, outputType(graph, node));
    questions.require(text.empty(), ReasonCode::Quantization, text);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareActivation(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& out = outputType(graph, node);
  switch (in.dtype) {
    case DataType::UInt8:
      return prepareBytes<uint8_t>(node, in, out);
    case DataType::Int8:
      return prepareBytes<int8_t>(node, in, out);
    case DataType::Int16:
      return prepareWords(node, in, out);
    default:
      return prepareFloat(node, in);
  }
}

}  // namespace

std::span<const Entry> activationKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Logistic, supportsActivation, prepareActivation},
                                       {OpKind::Tanh, supportsActivation, prepareActivation},
                                       {OpKind::Relu, supportsActivation, prepareActivation},
                                       {OpKind::Relu6, supportsActivation, prepareActivation},
                                       {OpKind::ReluN1To1, supportsActivation, prepareActivation},
                                       {OpKind::Relu0To1, supportsActivation, prepareActivation},
                                       {OpKind::LeakyRelu, supportsActivation, prepareActivation},
                                       {OpKind::Elu, supportsActivation, prepareActivation},
                                       {OpKind::Gelu, supportsActivation, prepareActivation},
                                       {OpKind::HardSwish, supportsActivation, prepareActivation}};
  return kEntries;
}

}  // namespace trireme::reference
