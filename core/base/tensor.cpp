#include "trireme/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace trireme {
namespace {

struct TypeFacts {
  std::string_view name;
  int bits;
};
constexpr std::array<TypeFacts, kDataTypeCount> kTypes{
    {{"float32", 32},  {"float16", 16}, {"int32", 32},     {"uint8", 8},       {"int64", 64},     {"string", 0},
     {"bool", 8},      {"int16", 16},   {"complex64", 64}, {"int8", 8},        {"float64", 64},   {"complex128", 128},
     {"uint64", 64},   {"resource", 0}, {"variant", 0},    {"uint32", 32},     {"uint16", 16},    {"int4", 4},
     {"bfloat16", 16}, {"int2", 2},     {"uint4", 4},      {"float8_e4m3", 8}, {"float8_e5m2", 8}}};

constexpr int64_t kMaxElements = int64_t{1} << 62;

std::string dimsText(std::span<const int64_t> dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += 'x';
    dims[i] == kUnknownDim ? text += '?' : text += std::to_string(dims[i]);
  }
  return text;
}

}  // namespace

std::string_view dataTypeName(DataType dtype) { return kTypes[static_cast<size_t>(dtype)].name; }
int bitsPerElement(DataType dtype) { return kTypes[static_cast<size_t>(dtype)].bits; }

Result<Shape> Shape::create(std::span<const int64_t> dims) {
  if (dims.size() > size_t{kMaxRank}) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("rank {} is above the {} that is supported", dims.size(), kMaxRank));
  }
  Shape shape;
  int64_t product = 1;
  for (const int64_t dim : dims) {
    if (dim < kUnknownDim) {
      return Status::error(Code::InvalidArgument, fmt::format("dimension {} in shape {}", dim, dimsText(dims)));
    }
    // A dimension of 0 does not excuse the others: strides are products of them too.
    if (dim > 0 && product > kMaxElements / dim) {
      return Status::error(Code::InvalidArgument, fmt::format("shape {} has more than 2^62 elements", dimsText(dims)));
    }
    if (dim > 0) product *= dim;
    shape.dims_[static_cast<size_t>(shape.rank_++)] = dim;
  }
  return shape;
}

Result<Shape> Shape::create(std::initializer_list<int64_t> dims) {
  return create(std::span(dims.begin(), dims.size()));
}

bool Shape::isKnown() const {
  const auto used = dims();
  return std::find(used.begin(), used.end(), kUnknownDim) == used.end();
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (const int64_t dim : dims()) product *= dim;
  return product;
}

std::string Shape::text() const { return dimsText(dims()); }

Result<size_t> byteSize(const TensorType& type) {
  const int bits = bitsPerElement(type.dtype);
  if (bits == 0) {
    return Status::error(Code::Unsupported, fmt::format("{} elements have no fixed size", dataTypeName(type.dtype)));
  }
  if (!type.shape.isKnown()) {
    return Status::error(Code::InvalidArgument, fmt::format("shape {} is not known yet", type.shape.text()));
  }
  const int64_t elements = type.shape.elements();
  if (elements / 8 >= kMaxElements / bits) {
    return Status::error(Code::InvalidArgument, fmt::format("{} of shape {} has more than 2^62 bytes",
                                                            dataTypeName(type.dtype), type.shape.text()));
  }
  return static_cast<size_t>(elements / 8 * bits + (elements % 8 * bits + 7) / 8);
}

Status wrongElementType(DataType asked, const TensorType& type) {
  return Status::error(Code::InvalidArgument, fmt::format("asked for {}, the tensor is {} ({})", dataTypeName(asked),
                                                          dataTypeName(type.dtype), type.shape.text()));
}

}  // namespace trireme
