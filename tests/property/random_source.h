#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace trireme::property {

// Random numbers that are the same on every machine: the engine is fixed by the standard, the distributions are ours.
class RandomSource {
 public:
  explicit RandomSource(uint64_t seed) : engine_(seed) {}
  uint64_t below(uint64_t limit) { return engine_() % limit; }
  float symmetric() { return static_cast<float>(static_cast<double>(engine_() >> 11) * 0x1p-52 - 1.0); }  // [-1, 1)
  std::vector<float> floats(size_t count) {
    std::vector<float> all(count);
    for (float& one : all) one = symmetric();
    return all;
  }
  // Half-precision bit patterns of magnitude below 2.
  std::vector<uint16_t> halves(size_t count) {
    std::vector<uint16_t> all(count);
    for (uint16_t& one : all) one = static_cast<uint16_t>((below(2) << 15) | below(0x4000));
    return all;
  }
  std::vector<int8_t> codes(size_t count) {
    std::vector<int8_t> all(count);
    for (int8_t& one : all) one = static_cast<int8_t>(static_cast<int64_t>(below(255)) - 127);
    return all;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace trireme::property
