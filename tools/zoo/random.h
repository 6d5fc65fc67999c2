#pragma once

#include <cstdint>
#include <string_view>

namespace trireme::zoo {

// Numbers by position: draw i of a tensor depends on the seed, the tensor's name and i alone, never on the order in
// which draws are made. SplitMix64's finaliser over a counter; integers and exact float arithmetic only, so that every
// machine draws the same.
class CounterRandom {
 public:
  CounterRandom(uint64_t seed, std::string_view tensor);
  uint64_t bits(uint64_t position) const;
  float uniform(uint64_t position) const;  // in [-1, 1)
  float bell(uint64_t position) const;     // mean 0, variance 1, the sum of four even draws: within +-3.47

 private:
  uint64_t key_;
};

}  // namespace trireme::zoo
