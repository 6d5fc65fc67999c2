#ifndef TRIREME_TENSOR_H
#define TRIREME_TENSOR_H

// Types, shapes and views of tensors. Follows the TensorType numbering and layout rules of TFLite's schema, version 3.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trireme/status.h"

namespace trireme {

// Every type of the schema, in its order; one without kernels is refused by name.
enum class DataType : uint8_t {
  Float32,
  Float16,
  Int32,
  UInt8,
  Int64,
  String,
  Bool,
  Int16,
  Complex64,
  Int8,
  Float64,
  Complex128,
  UInt64,
  Resource,
  Variant,
  UInt32,
  UInt16,
  Int4,
  BFloat16,
  Int2,
  UInt4,
  Float8E4M3,
  Float8E5M2
};
inline constexpr int kDataTypeCount = 23;
TRIREME_API std::string_view dataTypeName(DataType dtype);  // "float32", as in the JSON
TRIREME_API int bitsPerElement(DataType dtype);             // 0: no fixed size (string, resource, variant)

inline constexpr int kMaxRank = 8;
inline constexpr int64_t kUnknownDim = -1;

// Up to kMaxRank dimensions, outermost first. A dimension is 0 or more, or kUnknownDim. A scalar has rank 0.
class TRIREME_API Shape {
 public:
  Shape() = default;
  // Refused: rank above kMaxRank, a dimension below -1, a product that does not fit in 62 bits.
  static Result<Shape> create(std::span<const int64_t> dims);
  static Result<Shape> create(std::initializer_list<int64_t> dims);
  int rank() const { return rank_; }
  int64_t dim(int axis) const { return dims_[size_t(axis)]; }
  std::span<const int64_t> dims() const { return {dims_.data(), size_t(rank_)}; }
  bool isKnown() const;      // no dimension is kUnknownDim
  int64_t elements() const;  // only if isKnown(); create() proved that it fits
  std::string text() const;  // "1x28x28x?", "scalar"
  bool operator==(const Shape&) const = default;

 private:
  std::array<int64_t, kMaxRank> dims_{};
  int rank_ = 0;
};

// real = scale * (quantized - zeroPoint). One scale and zero point, or one a slice along `axis` (in blocks of
// blockSize, if not 0). Empty scales: not quantised. zeroPoints has the length of scales.
struct Quantization {
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;
  int axis = -1;  // -1: per tensor
  int blockSize = 0;
  bool operator==(const Quantization&) const = default;
};
struct TensorType {
  DataType dtype = DataType::Float32;
  Shape shape;
  Quantization quantization;
  bool operator==(const TensorType&) const = default;
};
// Dense size in TFLite's order; sub-byte types are packed. Refused: unknown dimensions, types without a fixed size,
// sizes above 2^62.
TRIREME_API Result<size_t> byteSize(const TensorType& type);

// The enumerator that stores a C++ type. Float16 has none (16 bits are read as uint16_t by asking for dtype).
template <class T>
inline constexpr DataType kDataTypeOf = DataType::Variant;
template <>
inline constexpr DataType kDataTypeOf<float> = DataType::Float32;
template <>
inline constexpr DataType kDataTypeOf<double> = DataType::Float64;
template <>
inline constexpr DataType kDataTypeOf<int8_t> = DataType::Int8;
template <>
inline constexpr DataType kDataTypeOf<uint8_t> = DataType::UInt8;
template <>
inline constexpr DataType kDataTypeOf<int16_t> = DataType::Int16;
template <>
inline constexpr DataType kDataTypeOf<uint16_t> = DataType::UInt16;
template <>
inline constexpr DataType kDataTypeOf<int32_t> = DataType::Int32;
template <>
inline constexpr DataType kDataTypeOf<uint32_t> = DataType::UInt32;
template <>
inline constexpr DataType kDataTypeOf<int64_t> = DataType::Int64;
template <>
inline constexpr DataType kDataTypeOf<uint64_t> = DataType::UInt64;
template <>
inline constexpr DataType kDataTypeOf<bool> = DataType::Bool;

// "asked for int8, the tensor is float32 (1x28x28x1)"
TRIREME_API Status wrongElementType(DataType asked, const TensorType& type);

// A tensor in host memory, never owned: as long as the frame (or the caller's memory) that it came from.
struct TensorView {
  const TensorType* type = nullptr;
  std::span<std::byte> bytes;
  // The elements, dense, in TFLite's order. Refused if T is not the tensor's type.
  template <class T>
  Result<std::span<T>> as() const {
    if (kDataTypeOf<std::remove_const_t<T>> != type->dtype) {
      return wrongElementType(kDataTypeOf<std::remove_const_t<T>>, *type);
    }
    return std::span<T>(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T));
  }
};

}  // namespace trireme

#endif  // TRIREME_TENSOR_H
