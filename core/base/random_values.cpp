#include "core/base/random_values.h"

#include <fmt/format.h>

#include <cstring>

namespace trireme::base {
namespace {

template <class T, class Distribution>
void draw(std::span<std::byte> bytes, std::mt19937_64& generator, Distribution distribution) {
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    const T value = static_cast<T>(distribution(generator));
    std::memcpy(bytes.data() + i, &value, sizeof(T));
  }
}

}  // namespace

Status fillRandom(TensorView view, std::mt19937_64& generator) {
  using Int = std::uniform_int_distribution<int64_t>;
  switch (view.type->dtype) {
    case DataType::Float32:
      draw<float>(view.bytes, generator, std::uniform_real_distribution<float>(-1, 1));
      return {};
    case DataType::Float64:
      draw<double>(view.bytes, generator, std::uniform_real_distribution<double>(-1, 1));
      return {};
    case DataType::UInt8:
    case DataType::Int8:
      draw<uint8_t>(view.bytes, generator, Int(0, 255));
      return {};
    case DataType::Int16:
    case DataType::UInt16:
      draw<uint16_t>(view.bytes, generator, Int(0, 65535));
      return {};
    case DataType::Int32:
    case DataType::UInt32:
      draw<int32_t>(view.bytes, generator, Int(0, 9));
      return {};
    case DataType::Int64:
    case DataType::UInt64:
      draw<int64_t>(view.bytes, generator, Int(0, 9));
      return {};
    case DataType::Bool:
      draw<uint8_t>(view.bytes, generator, Int(0, 1));
      return {};
    default:
      return Status::error(Code::Unsupported,
                           fmt::format("there are no random values of type {}", dataTypeName(view.type->dtype)));
  }
}

}  // namespace trireme::base
