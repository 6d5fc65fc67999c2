#include "tools/zoo/random.h"

namespace trireme::zoo {
namespace {

constexpr uint64_t kStep = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio, odd

uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

CounterRandom::CounterRandom(uint64_t seed, std::string_view tensor) : key_(mix(seed + kStep)) {
  for (const char c : tensor) key_ = mix((key_ ^ static_cast<unsigned char>(c)) + kStep);
}

uint64_t CounterRandom::bits(uint64_t position) const { return mix(key_ + (position + 1) * kStep); }

float CounterRandom::uniform(uint64_t position) const {
  return static_cast<float>(static_cast<int32_t>(bits(position) >> 40) - (1 << 23)) * 0x1p-23F;
}

float CounterRandom::bell(uint64_t position) const {
  const uint64_t b = bits(position);
  const auto sum = static_cast<int32_t>((b & 0xFFFF) + ((b >> 16) & 0xFFFF) + ((b >> 32) & 0xFFFF) + (b >> 48));
  constexpr float kUnit = 1.7320508F / 65536;  // the variance of four draws of 0..65535 is a third of 65536^2
  return static_cast<float>(sum - 2 * 65535) * kUnit;
}

}  // namespace trireme::zoo
