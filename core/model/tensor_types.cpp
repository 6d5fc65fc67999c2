#include "core/model/tensor_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/model/constants.h"
#include "core/model/place.h"

namespace trireme::model {
namespace {

struct Range {
  int64_t low, high;
};

Result<Shape> readShape(const flatbuffers::Vector<int32_t>* dims) {
  std::vector<int64_t> wide;
  if (count(dims) > size_t{kMaxRank}) {
    return broken(fmt::format("rank {} is above the {} that is supported", dims->size(), kMaxRank));
  }
  for (uint32_t i = 0; i < count(dims); ++i) wide.push_back(dims->Get(i));
  auto shape = Shape::create(wide);
  if (!shape.ok()) return broken(std::string(shape.status().message()));
  return shape;
}

Status checkSignature(const Shape& shape, const Shape& declared) {
  bool agree = shape.rank() == declared.rank();
  for (int axis = 0; agree && axis < shape.rank(); ++axis) {
    agree = declared.dim(axis) == kUnknownDim || declared.dim(axis) == shape.dim(axis);
  }
  if (agree) return {};
  return broken(fmt::format("shape {} is no case of shape_signature {}", shape.text(), declared.text()));
}

bool isFloating(DataType dtype) {
  return dtype == DataType::Float32 || dtype == DataType::Float16 || dtype == DataType::Float64 ||
         dtype == DataType::BFloat16;
}

Range zeroPointRange(DataType dtype) {
  switch (dtype) {
    case DataType::UInt8:
      return {0, 255};
    case DataType::Int8:
      return {-128, 127};
    case DataType::Int16:
      return {-32768, 32767};
    case DataType::UInt16:
      return {0, 65535};
    case DataType::Int4:
      return {-8, 7};
    case DataType::UInt4:
      return {0, 15};
    case DataType::Int2:
      return {-2, 1};
    default:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

Status checkScales(std::span<const float> scales) {
  for (size_t i = 0; i < scales.size(); ++i) {
    if (std::isfinite(scales[i]) && scales[i] >= 0) continue;
    return broken(fmt::format("quantization scale {} is {}", i, scales[i]));
  }
  return {};
}

Status checkZeroPoint(int64_t zero, size_t position, DataType dtype) {
  const Range range = zeroPointRange(dtype);
  if (zero >= range.low && zero <= range.high) return {};
  return broken(fmt::format("quantization zero point {} is {}, {} goes from {} to {}", position, zero,
                            dataTypeName(dtype), range.low, range.high));
}

Status checkAxis(const Quantization& quantization, const Shape& shape) {
  const int axis = quantization.axis;
  if (axis < 0 || axis >= shape.rank()) {
    return broken(fmt::format("quantized_dimension is {}, the rank is {}", axis, shape.rank()));
  }
  if (shape.dim(axis) == static_cast<int64_t>(quantization.scales.size())) return {};
  return broken(fmt::format("{} quantization scales, dimension {} of shape {} has {} slices",
                            quantization.scales.size(), axis, shape.text(), shape.dim(axis)));
}

template <class T>
T element(std::span<const std::byte> bytes, size_t position) {
  T value;
  std::memcpy(&value, bytes.data() + position * sizeof(T), sizeof(T));
  return value;
}

Result<Quantization> readAffine(const fb::Quantization& facts, DataType dtype, const Shape& shape) {
  const uint32_t scales = count(facts.scale()), zeros = count(facts.zero_point());
  if (zeros != 0 && zeros != scales) {
    return broken(fmt::format("{} quantization scales and {} zero points", scales, zeros));
  }
  // A single scale of 0 is how some files say that a tensor is not quantised.
  if (scales == 1 && facts.scale()->Get(0) == 0) return Quantization{};
  Quantization result;
  result.scales.assign(facts.scale()->begin(), facts.scale()->end());
  TRIREME_TRY(checkScales(result.scales));
  result.zeroPoints.assign(scales, 0);
  for (uint32_t i = 0; i < zeros; ++i) {
    // FlatBuffers proves that the vector lies inside, not that its 64-bit numbers are aligned.
    const auto zero =
        element<int64_t>(std::as_bytes(std::span(facts.zero_point()->Data(), zeros * sizeof(int64_t))), i);
    TRIREME_TRY(checkZeroPoint(zero, i, dtype));
    result.zeroPoints[i] = static_cast<int32_t>(zero);
  }
  if (scales == 1) return result;
  result.axis = facts.quantized_dimension();
  TRIREME_TRY(checkAxis(result, shape));
  return result;
}

// The constant tensor that holds scales or zero points of a blockwise quantised one.
Result<std::span<const std::byte>> blockTensor(const File& file, const fb::SubGraph& graph, int32_t index,
                                               DataType& dtype, std::string_view what) {
  if (index < 0 || static_cast<uint32_t>(index) >= count(graph.tensors())) {
    return broken(fmt::format("there is no tensor {} with blockwise {}", index, what));
  }
  const fb::Tensor& tensor = *graph.tensors()->Get(static_cast<uint32_t>(index));
  if (tensor.type() < 0 || tensor.type() >= kDataTypeCount) {
    return broken(fmt::format("tensor {} with blockwise {} has the unknown type {}", index, what, tensor.type()));
  }
  dtype = static_cast<DataType>(tensor.type());
  TRIREME_ASSIGN(const std::span<const std::byte> bytes, bufferBytes(file, tensor.buffer()));
  if (bytes.empty()) return broken(fmt::format("tensor {} with blockwise {} is not constant", index, what));
  return bytes;
}

float fromHalf(uint16_t bits) {
  const uint32_t sign = uint32_t{bits & 0x8000u} << 16, exponent = (bits >> 10) & 31u, fraction = bits & 0x3ffu;
  if (exponent == 0) return std::ldexp(static_cast<float>(fraction), -24) * (sign != 0 ? -1.0f : 1.0f);
  const uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

Result<std::vector<float>> blockScales(const File& file, const fb::SubGraph& graph, int32_t index, size_t blocks) {
  DataType dtype{};
  TRIREME_ASSIGN(const auto bytes, blockTensor(file, graph, index, dtype, "scales"));
  if (dtype != DataType::Float32 && dtype != DataType::Float16) {
    return broken(fmt::format("blockwise scales of type {}", dataTypeName(dtype)));
  }
  const size_t width = dtype == DataType::Float32 ? sizeof(float) : sizeof(uint16_t);
  if (bytes.size() != blocks * width) {
    return broken(fmt::format("{} bytes of blockwise scales, {} blocks need {}", bytes.size(), blocks, blocks * width));
  }
  std::vector<float> scales(blocks);
  for (size_t i = 0; i < blocks; ++i) {
    scales[i] = dtype == DataType::Float32 ? element<float>(bytes, i) : fromHalf(element<uint16_t>(bytes, i));
  }
  TRIREME_TRY(checkScales(scales));
  return scales;
}

Result<std::vector<int32_t>> blockZeroPoints(const File& file, const fb::SubGraph& graph, int32_t index, size_t blocks,
                                             DataType quantized) {
  std::vector<int32_t> zeros(blocks, 0);
  if (index < 0) return zeros;  // symmetric
  DataType dtype{};
  TRIREME_ASSIGN(const auto bytes, blockTensor(file, graph, index, dtype, "zero points"));
  const bool wide = dtype == DataType::Int32;
  if (!wide && dtype != DataType::Int64)
    return broken(fmt::format("blockwise zero points of type {}", dataTypeName(dtype)));
  if (bytes.size() != blocks * (wide ? 4 : 8)) {
    return broken(fmt::format("{} bytes of blockwise zero points for {} blocks", bytes.size(), blocks));
  }
  for (size_t i = 0; i < blocks; ++i) {
    const int64_t zero = wide ? element<int32_t>(bytes, i) : element<int64_t>(bytes, i);
    TRIREME_TRY(checkZeroPoint(zero, i, quantized));
    zeros[i] = static_cast<int32_t>(zero);
  }
  return zeros;
}

// One scale for each `blockSize` neighbours along the last dimension.
Result<Quantization> readBlockwise(const File& file, const fb::SubGraph& graph, const fb::Quantization& facts,
                                   DataType dtype, const Shape& shape) {
  const auto& details = *static_cast<const fb::BlockwiseQuantization*>(facts.details());
  const int32_t size = details.block_size();
  if (!shape.isKnown() || shape.rank() == 0 || size < 1 || shape.dim(shape.rank() - 1) % size != 0) {
    return broken(fmt::format("blocks of {} along the last dimension of shape {}", size, shape.text()));
  }
  const auto blocks = static_cast<size_t>(shape.elements() / size);
  if (blocks > file.bytes.size()) return broken(fmt::format("{} blocks of quantization", blocks));
  Quantization result;
  TRIREME_ASSIGN(result.scales, blockScales(file, graph, details.scales(), blocks));
  TRIREME_ASSIGN(result.zeroPoints, blockZeroPoints(file, graph, details.zero_points(), blocks, dtype));
  result.axis = facts.quantized_dimension();
  result.blockSize = size;
  if (result.axis >= 0 && result.axis < shape.rank()) return result;
  return broken(fmt::format("quantized_dimension is {}, the rank is {}", result.axis, shape.rank()));
}

Result<Quantization> readQuantization(const File& file, const fb::SubGraph& graph, const fb::Tensor& tensor,
                                      DataType dtype, const Shape& shape) {
  const fb::Quantization* facts = tensor.quantization();
  if (facts == nullptr) return Quantization{};
  switch (facts->details_type()) {
    case fb::QuantizationDetails::BlockwiseQuantization:
      if (facts->details() != nullptr) return readBlockwise(file, graph, *facts, dtype, shape);
      break;
    case fb::QuantizationDetails::MultiAxisQuantization:
      return Status::error(Code::Unsupported, "quantization along several axes is not implemented");
    default:
      break;  // of custom details only their maker knows
  }
  if (count(facts->scale()) == 0) return Quantization{};
  auto affine = readAffine(*facts, dtype, shape);
  // Some files leave scales on tensors that are not quantised; they must be right and mean nothing.
  if (affine.ok() && isFloating(dtype)) return Quantization{};
  return affine;
}

}  // namespace

Result<TensorFacts> readTensor(const File& file, const fb::SubGraph& graph, const fb::Tensor& tensor) {
  if (tensor.type() < 0 || tensor.type() >= kDataTypeCount) {
    return broken(fmt::format("type {} is unknown", tensor.type()));
  }
  TensorFacts facts;
  facts.type.dtype = static_cast<DataType>(tensor.type());
  TRIREME_ASSIGN(facts.type.shape, readShape(tensor.shape()));
  facts.declared = facts.type.shape;
  if (count(tensor.shape_signature()) > 0) {
    TRIREME_ASSIGN(facts.declared, readShape(tensor.shape_signature()));
    TRIREME_TRY(checkSignature(facts.type.shape, facts.declared));
  }
  TRIREME_ASSIGN(facts.type.quantization, readQuantization(file, graph, tensor, facts.type.dtype, facts.type.shape));
  return facts;
}

}  // namespace trireme::model
