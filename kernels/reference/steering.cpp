#include "kernels/reference/steering.h"

#include <algorithm>
#include <cstring>

namespace trireme::reference {
namespace {

template <class T>
int64_t readAs(const std::byte* bytes, int i) {
  T value;
  std::memcpy(&value, bytes + size_t(i) * sizeof(T), sizeof(T));
  return int64_t(value);
}

int64_t readInteger(const std::byte* bytes, DataType dtype, int i) {
  switch (dtype) {
    case DataType::Int64:
      return readAs<int64_t>(bytes, i);
    case DataType::Int16:
      return readAs<int16_t>(bytes, i);
    case DataType::Int8:
      return readAs<int8_t>(bytes, i);
    case DataType::Bool:
      return readAs<uint8_t>(bytes, i) != 0 ? 1 : 0;
    default:
      return readAs<int32_t>(bytes, i);
  }
}

Indices readIndices(const std::byte* bytes, DataType dtype, int count) {
  Indices indices;
  indices.count = count;
  for (int i = 0; i < count; ++i) indices.values[size_t(i)] = readInteger(bytes, dtype, i);
  return indices;
}

}  // namespace

bool SteeringInputs::ask(Questions& questions, std::initializer_list<size_t> inputs) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  bool fine = true;
  for (const size_t i : inputs) {
    const Value& value = *inputValue(graph, node, i);
    const std::string name = nameInput(graph, node, i);
    if (!questions.inputDtype(i, {DataType::Int32, DataType::Int64, DataType::Int16, DataType::Int8, DataType::Bool})) {
      fine = false;
      continue;
    }
    const int64_t count = value.type.shape.elements();
    fine = questions.require(
               count <= Indices::kMost, ReasonCode::Limit,
               name + ": at most " + std::to_string(Indices::kMost) + " values, found " + std::to_string(count)) &&
           fine;
    const bool whole = !value.isConstant || int64_t(value.constant.size()) == count * bytesPerElement(value.type.dtype);
    fine = questions.require(whole, ReasonCode::Parameter,
                             name + ": the constant has " + std::to_string(value.constant.size()) + " bytes") &&
           fine;
  }
  return fine;
}

SteeringInputs::SteeringInputs(const Graph& graph, const Node& node, std::initializer_list<size_t> inputs) {
  for (const size_t i : inputs) {
    const Value& value = *inputValue(graph, node, i);
    const int count = int(value.type.shape.elements());
    if (value.isConstant) {
      constants_[size_t(count_)] = readIndices(value.constant.data(), value.type.dtype, count);
    } else {
      constant_ = false;
    }
    inputs_[size_t(count_++)] = {i, value.type.dtype, count};
  }
}

Steering SteeringInputs::read(const Operands& operands) const {
  Steering steering;
  for (int k = 0; k < count_; ++k) {
    const One& one = inputs_[size_t(k)];
    steering[size_t(k)] = readIndices(operands.inputs[one.input], one.dtype, one.count);
  }
  return steering;
}

int64_t bytesPerElement(DataType dtype) {
  const int bits = bitsPerElement(dtype);
  return bits % 8 == 0 ? bits / 8 : 0;
}

bool askMovable(Questions& questions, size_t i, size_t o) {
  const DataType in = inputType(questions.graph(), questions.node(), i).dtype;
  const DataType out = outputType(questions.graph(), questions.node(), o).dtype;
  const bool whole =
      questions.require(bytesPerElement(in) > 0, ReasonCode::DataType,
                        nameInput(questions.graph(), questions.node(), i) + ": elements are not of whole bytes");
  return questions.require(in == out, ReasonCode::DataType,
                           nameOutput(questions.graph(), questions.node(), o) + ": must have the type of " +
                               nameInput(questions.graph(), questions.node(), i)) &&
         whole;
}

Result<int> resolveAxis(int64_t axis, int rank) {
  if (axis >= -int64_t(rank) && axis < int64_t(rank)) return int(axis < 0 ? axis + rank : axis);
  return Status::error(Code::InvalidArgument,
                       "axis " + std::to_string(axis) + " is outside of a tensor of rank " + std::to_string(rank));
}

std::string dimsText(std::span<const int64_t> dims) {
  std::string text;
  for (const int64_t dim : dims) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

Status samePlannedShape(std::span<const int64_t> dims, const TensorType& type) {
  const auto planned = type.shape.dims();
  if (std::equal(dims.begin(), dims.end(), planned.begin(), planned.end())) return {};
  return Status::error(Code::InvalidArgument, "the operands give an output of " + dimsText(dims) +
                                                  ", the planned output is " + type.shape.text());
}

int64_t productOf(const Shape& shape, int first, int last) {
  int64_t product = 1;
  for (int i = first; i < last; ++i) product *= shape.dim(i);
  return product;
}

}  // namespace trireme::reference
