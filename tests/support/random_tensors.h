#pragma once

#include "trireme/tensor.h"

namespace trireme::support {

// The same bytes for the same seed on every machine. Floats lie in [-1, 1), 8- and 16-bit integers in their whole
// range, wider ones in [-100, 100], bools are 0 or 1.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 0x1234567u) {}
  uint64_t next();
  int64_t between(int64_t least, int64_t most);
  float real(float least, float most);
  std::vector<std::byte> bytes(const TensorType& type);  // of a known shape and a type of fixed size
  void fill(const TensorType& type, std::span<std::byte> bytes);

 private:
  uint64_t state_;
};

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}
template <>
inline std::vector<std::byte> bytesOf(const std::vector<bool>& values) {
  std::vector<std::byte> bytes;
  for (bool value : values) bytes.push_back(std::byte{value});
  return bytes;
}

}  // namespace trireme::support
