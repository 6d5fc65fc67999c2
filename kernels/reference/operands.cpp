#include "kernels/reference/operands.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace trireme::reference {
namespace {

std::string nameOperand(const char* side, size_t i, const Value* value) {
  std::string text = std::string(side) + " " + std::to_string(i);
  if (value == nullptr) return text + " (absent)";
  return text + " '" + value->name + "' (" + std::string(dataTypeName(value->type.dtype)) + " " +
         value->type.shape.text() + ")";
}

std::string dimsText(std::span<const int64_t> dims) {
  std::string text;
  for (const int64_t dim : dims) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

bool isScale(float scale) { return std::isfinite(scale) && scale > 0; }

}  // namespace

const Value* inputValue(const Graph& graph, const Node& node, size_t i) {
  return i < node.inputs.size() && node.inputs[i] != kNoValue ? &graph.value(node.inputs[i]) : nullptr;
}
const Value* outputValue(const Graph& graph, const Node& node, size_t i) {
  return i < node.outputs.size() && node.outputs[i] != kNoValue ? &graph.value(node.outputs[i]) : nullptr;
}
const TensorType& inputType(const Graph& graph, const Node& node, size_t i) { return graph.value(node.inputs[i]).type; }
const TensorType& outputType(const Graph& graph, const Node& node, size_t i) {
  return graph.value(node.outputs[i]).type;
}

std::optional<std::vector<int64_t>> constantIntegers(const Value& value) {
  if (!value.isConstant || !value.type.shape.isKnown()) return std::nullopt;
  const int64_t count = value.type.shape.elements();
  if (value.type.dtype == DataType::Int32) {
    const auto elements = constantElements<int32_t>(value);
    if (int64_t(elements.size()) == count) return std::vector<int64_t>(elements.begin(), elements.end());
  } else if (value.type.dtype == DataType::Int64) {
    const auto elements = constantElements<int64_t>(value);
    if (int64_t(elements.size()) == count) return std::vector<int64_t>(elements.begin(), elements.end());
  }
  return std::nullopt;
}

std::string nameInput(const Graph& graph, const Node& node, size_t i) {
  return nameOperand("input", i, inputValue(graph, node, i));
}
std::string nameOutput(const Graph& graph, const Node& node, size_t i) {
  return nameOperand("output", i, outputValue(graph, node, i));
}

IntegerRange integerRange(DataType dtype) {
  switch (dtype) {
    case DataType::Int8:
      return {-128, 127};
    case DataType::UInt8:
      return {0, 255};
    case DataType::Int16:
      return {-32768, 32767};
    case DataType::UInt16:
      return {0, 65535};
    case DataType::Int4:
      return {-8, 7};
    case DataType::Int2:
      return {-2, 1};
    default:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

std::optional<int64_t> checkedProduct(std::initializer_list<int64_t> factors) {
  constexpr int64_t kMost = int64_t(1) << 62;
  int64_t product = 1;
  for (const int64_t factor : factors) {
    if (factor < 0) return std::nullopt;
    if (factor == 0) return 0;
    if (product > kMost / factor) return std::nullopt;
    product *= factor;
  }
  return product;
}

bool Questions::require(bool condition, ReasonCode code, std::string_view detail) {
  support_.require(condition, code, detail);
  return condition;
}

bool Questions::counts(size_t least, size_t most, size_t outputs) {
  const size_t found = node_.inputs.size();
  bool fine = require(found >= least && found <= most, ReasonCode::Parameter,
                      "has " + std::to_string(found) + " inputs, expected " + std::to_string(least) +
                          (most == least ? std::string() : " to " + std::to_string(most)));
  fine = require(node_.outputs.size() == outputs, ReasonCode::Parameter,
                 "has " + std::to_string(node_.outputs.size()) + " outputs, expected " + std::to_string(outputs)) &&
         fine;
  if (!fine) return false;
  for (size_t i = 0; i < least; ++i) {
    fine = require(node_.inputs[i] != kNoValue, ReasonCode::Parameter, "input " + std::to_string(i) + " is absent") &&
           fine;
  }
  for (size_t i = 0; i < outputs; ++i) {
    fine = require(node_.outputs[i] != kNoValue, ReasonCode::Parameter, "output " + std::to_string(i) + " is absent") &&
           fine;
  }
  return fine;
}

bool Questions::dtype(const std::string& name, DataType found, std::initializer_list<DataType> allowed) {
  std::string wanted;
  for (const DataType one : allowed) {
    if (one == found) return true;
    wanted += (wanted.empty() ? "" : ", ") + std::string(dataTypeName(one));
  }
  return require(false, ReasonCode::DataType, name + ": the element type must be one of " + wanted);
}
bool Questions::inputDtype(size_t i, std::initializer_list<DataType> allowed) {
  return dtype(nameInput(graph_, node_, i), inputType(graph_, node_, i).dtype, allowed);
}
bool Questions::outputDtype(std::initializer_list<DataType> allowed, size_t i) {
  return dtype(nameOutput(graph_, node_, i), outputType(graph_, node_, i).dtype, allowed);
}

bool Questions::inputRank(size_t i, int least, int most) {
  const int found = inputType(graph_, node_, i).shape.rank();
  return require(found >= least && found <= most, ReasonCode::Rank,
                 nameInput(graph_, node_, i) + ": expected rank " + std::to_string(least) +
                     (most == least ? std::string() : " to " + std::to_string(most)) + ", found " +
                     std::to_string(found));
}

bool Questions::outputShape(std::span<const int64_t> dims, size_t i) {
  const auto found = outputType(graph_, node_, i).shape.dims();
  const bool same = std::equal(found.begin(), found.end(), dims.begin(), dims.end());
  return require(same, ReasonCode::Parameter,
                 nameOutput(graph_, node_, i) + ": the operator gives the shape " + dimsText(dims));
}

bool Questions::perTensor(const std::string& name, const TensorType& type, bool anyZero) {
  const Quantization& q = type.quantization;
  if (!require(q.scales.size() == 1 && q.zeroPoints.size() == 1, ReasonCode::Quantization,
               name + ": expected one scale and zero point, found " + std::to_string(q.scales.size()))) {
    return false;
  }
  if (!require(isScale(q.scales[0]), ReasonCode::Quantization,
               name + ": the scale " + std::to_string(q.scales[0]) + " is not a finite number above zero")) {
    return false;
  }
  const bool wide = type.dtype == DataType::Int16 || type.dtype == DataType::Int32;
  const IntegerRange range = wide && !anyZero ? IntegerRange{0, 0} : integerRange(type.dtype);
  return require(q.zeroPoints[0] >= range.low && q.zeroPoints[0] <= range.high, ReasonCode::Quantization,
                 name + ": the zero point " + std::to_string(q.zeroPoints[0]) + " is outside of " +
                     std::to_string(range.low) + " to " + std::to_string(range.high));
}
bool Questions::inputPerTensor(size_t i) {
  return perTensor(nameInput(graph_, node_, i), inputType(graph_, node_, i), false);
}
bool Questions::outputPerTensor(size_t i) {
  return perTensor(nameOutput(graph_, node_, i), outputType(graph_, node_, i), false);
}
bool Questions::inputPerTensorAnyZero(size_t i) {
  return perTensor(nameInput(graph_, node_, i), inputType(graph_, node_, i), true);
}
bool Questions::outputPerTensorAnyZero(size_t i) {
  return perTensor(nameOutput(graph_, node_, i), outputType(graph_, node_, i), true);
}

bool Questions::inputPerChannel(size_t i, int axis) {
  const TensorType& type = inputType(graph_, node_, i);
  const Quantization& q = type.quantization;
  const std::string name = nameInput(graph_, node_, i);
  if (q.scales.size() == 1) return inputPerTensor(i);
  if (!require(q.axis == axis && axis < type.shape.rank() && q.blockSize == 0, ReasonCode::Quantization,
               name + ": must be quantised per tensor or along axis " + std::to_string(axis) + ", found axis " +
                   std::to_string(q.axis))) {
    return false;
  }
  if (!require(int64_t(q.scales.size()) == type.shape.dim(axis) && q.zeroPoints.size() == q.scales.size(),
               ReasonCode::Quantization,
               name + ": " + std::to_string(q.scales.size()) + " scales for a dimension of " +
                   std::to_string(type.shape.dim(axis)))) {
    return false;
  }
  const IntegerRange range = integerRange(type.dtype);
  for (size_t c = 0; c < q.scales.size(); ++c) {
    if (isScale(q.scales[c]) && q.zeroPoints[c] >= range.low && q.zeroPoints[c] <= range.high) continue;
    return require(false, ReasonCode::Quantization,
                   name + ": scale " + std::to_string(q.scales[c]) + " and zero point " +
                       std::to_string(q.zeroPoints[c]) + " of slice " + std::to_string(c) + " are not valid");
  }
  return true;
}

bool Questions::sameQuantization(size_t inputIndex, size_t outputIndex) {
  const Quantization& a = inputType(graph_, node_, inputIndex).quantization;
  const Quantization& b = outputType(graph_, node_, outputIndex).quantization;
  return require(a.scales == b.scales && a.zeroPoints == b.zeroPoints, ReasonCode::Quantization,
                 nameInput(graph_, node_, inputIndex) + " and " + nameOutput(graph_, node_, outputIndex) +
                     " must have the same scale and zero point");
}

}  // namespace trireme::reference
