#include "tests/support/random_tensors.h"

#include <cstring>

namespace trireme::support {

// splitmix64
uint64_t Random::next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

int64_t Random::between(int64_t least, int64_t most) { return least + int64_t(next() % (uint64_t(most - least) + 1)); }

float Random::real(float least, float most) { return least + (most - least) * (float(next() >> 40) * 0x1p-24f); }

std::vector<std::byte> Random::bytes(const TensorType& type) {
  std::vector<std::byte> bytes(byteSize(type).value());
  fill(type, bytes);
  return bytes;
}

void Random::fill(const TensorType& type, std::span<std::byte> bytes) {
  const auto put = [&](auto draw) {
    using T = decltype(draw());
    for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
      const T value = draw();
      std::memcpy(bytes.data() + i, &value, sizeof(T));
    }
  };
  switch (type.dtype) {
    case DataType::Float32:
      return put([&] { return real(-1, 1); });
    case DataType::Float16:
      return put([&] { return uint16_t(0x3000 + (next() & 0x8BFF)); });  // 0.125 to 1, both signs
    case DataType::Int32:
      return put([&] { return int32_t(between(-100, 100)); });
    case DataType::Int64:
      return put([&] { return between(-100, 100); });
    case DataType::Bool:
      return put([&] { return uint8_t(next() & 1); });
    default:
      return put([&] { return uint8_t(next() & 0xFF); });
  }
}

}  // namespace trireme::support
