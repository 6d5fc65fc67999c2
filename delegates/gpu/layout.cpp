#include "delegates/gpu/layout.h"

namespace trireme::gpu {

std::string_view storageName(Storage storage) {
  constexpr std::string_view kNames[] = {"f32", "f16", "i8", "u8", "i16", "i32"};
  return kNames[size_t(storage)];
}

size_t bytesOf(Storage storage) {
  constexpr size_t kBytes[] = {4, 2, 1, 1, 2, 4};
  return kBytes[size_t(storage)];
}

std::optional<Storage> storageOf(DataType dtype, Precision precision, const GpuLimits& limits) {
  switch (dtype) {
    case DataType::Float32:
      return precision != Precision::Exact && limits.halfStorage ? Storage::F16 : Storage::F32;
    case DataType::Int8:
      return Storage::I8;
    case DataType::UInt8:
    case DataType::Bool:
      return Storage::U8;
    case DataType::Int16:
      return Storage::I16;
    case DataType::Int32:
      return Storage::I32;
    default:
      return std::nullopt;
  }
}

int64_t channelsOf(const Shape& shape) { return shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1); }
int64_t rowsOf(const Shape& shape) {
  int64_t rows = 1;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) rows *= shape.dim(axis);
  return rows;
}
int64_t roundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }
int64_t axisFromEnd(const Shape& shape, int number) {
  return number < shape.rank() ? shape.dim(shape.rank() - 1 - number) : 1;
}

}  // namespace trireme::gpu
