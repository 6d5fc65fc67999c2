#include "recorded_case.h"

#include <nlohmann/json.hpp>

namespace trireme::test {
namespace {

using nlohmann::json;

template <class T>
std::vector<std::byte> bytesOf(const json& data) {
  std::vector<T> elements;
  for (const json& element : data) elements.push_back(element.get<T>());
  std::vector<std::byte> bytes(elements.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), elements.data(), bytes.size());
  return bytes;
}

std::vector<std::byte> bytesOf(const json& data, DataType dtype) {
  switch (dtype) {
    case DataType::Float32:
      return bytesOf<float>(data);
    case DataType::Float64:
      return bytesOf<double>(data);
    case DataType::Float16:
    case DataType::UInt16:
      return bytesOf<uint16_t>(data);
    case DataType::Bool:
    case DataType::UInt8:
      return bytesOf<uint8_t>(data);
    case DataType::Int8:
      return bytesOf<int8_t>(data);
    case DataType::Int16:
      return bytesOf<int16_t>(data);
    case DataType::UInt32:
      return bytesOf<uint32_t>(data);
    case DataType::Int64:
      return bytesOf<int64_t>(data);
    default:
      return bytesOf<int32_t>(data);
  }
}

TensorType typeOf(const json& tensor) {
  TensorType type = tensorType(DataType(tensor.at("dtype").get<int>()), tensor.at("shape").get<std::vector<int64_t>>());
  if (tensor.contains("scales")) {
    type.quantization.scales = tensor.at("scales").get<std::vector<float>>();
    type.quantization.zeroPoints = tensor.at("zeros").get<std::vector<int32_t>>();
    if (type.quantization.scales.size() > 1) type.quantization.axis = tensor.at("axis").get<int>();
  }
  return type;
}

OpKind kindOf(const std::string& name) {
  uint16_t kind = 0;
  while (kind < uint16_t(OpKind::Custom) && opName(OpKind(kind)) != name) ++kind;
  return OpKind(kind);
}

OpParams paramsOf(OpKind op, const json& given) {
  const auto integer = [&given](const char* name, int32_t otherwise) { return given.value(name, otherwise); };
  const Padding padding = integer("padding", 0) == 0 ? Padding::Same : Padding::Valid;
  const auto activation = Activation(integer("activation", 0));
  const int32_t strideH = integer("strideH", 1), strideW = integer("strideW", 1);
  const int32_t dilationH = integer("dilationH", 1), dilationW = integer("dilationW", 1);
  const bool asymmetric = integer("asymmetric", 0) != 0;
  switch (op) {
    case OpKind::Conv2d:
      return Conv2dParams{padding, activation, strideH, strideW, dilationH, dilationW};
    case OpKind::DepthwiseConv2d:
      return DepthwiseConv2dParams{
          padding, activation, strideH, strideW, dilationH, dilationW, integer("depthMultiplier", 1)};
    case OpKind::TransposeConv:
    case OpKind::Convolution2dTransposeBias:
      return TransposeConvParams{padding, activation, strideH, strideW};
    case OpKind::FullyConnected:
      return FullyConnectedParams{activation, false, integer("keepNumDims", 0) != 0, asymmetric};
    case OpKind::BatchMatmul:
      return BatchMatmulParams{integer("adjointX", 0) != 0, integer("adjointY", 0) != 0, asymmetric};
    case OpKind::AveragePool2d:
    case OpKind::MaxPool2d:
      return Pool2dParams{padding, activation, strideH, strideW, integer("filterH", 1), integer("filterW", 1)};
    case OpKind::Softmax:
      return SoftmaxParams{given.value("beta", 1.0f)};
    case OpKind::LeakyRelu:
      return LeakyReluParams{given.value("alpha", 0.0f)};
    case OpKind::Gelu:
      return GeluParams{integer("approximate", 0) != 0};
    default:
      return NoParams{};
  }
}

}  // namespace

OneOp readCase(const json& described) {
  OneOp one;
  one.op = kindOf(described.at("op").get<std::string>());
  one.params = paramsOf(one.op, described.at("params"));
  const json& tensors = described.at("tensors");
  for (const int index : described.at("inputs").get<std::vector<int>>()) {
    if (index < 0) {
      one.inputs.push_back(absent());
      continue;
    }
    const json& tensor = tensors.at(size_t(index));
    const TensorType type = typeOf(tensor);
    one.inputs.push_back({type, bytesOf(tensor.at("data"), type.dtype), tensor.at("role") == "const", false});
  }
  for (const size_t index : described.at("outputs").get<std::vector<size_t>>()) {
    one.outputs.push_back(typeOf(tensors.at(index)));
  }
  return one;
}

Bytes readAnswers(const json& described) {
  Bytes answers;
  if (!described.contains("answers")) return answers;
  const auto outputs = described.at("outputs").get<std::vector<size_t>>();
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto dtype = DataType(described.at("tensors").at(outputs[i]).at("dtype").get<int>());
    answers.push_back(bytesOf(described.at("answers").at(i), dtype));
  }
  return answers;
}

}  // namespace trireme::test
