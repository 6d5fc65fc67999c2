#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

// Where the positions of a resized axis lie in the input: arithmetic that decides the operators' bits.
namespace trireme::reference {

// How one axis is sampled.
struct Sampling {
  int64_t in = 0, out = 0;
  bool alignCorners = false, halfPixelCenters = false;
};

inline int64_t nearest(const Sampling& s, int64_t position) {
  const float scale = s.alignCorners && s.out > 1 ? float(s.in - 1) / float(s.out - 1) : float(s.in) / float(s.out);
  const float offset = s.halfPixelCenters ? 0.5f : 0.0f;
  const float at = (float(position) + offset) * scale;
  const auto chosen = int64_t(s.alignCorners ? std::round(at) : std::floor(at));
  return std::clamp<int64_t>(chosen, 0, s.in - 1);
}

// The two input positions around an output position, and the weight of the second: a fraction for float and uint8, in
// 1024ths for int8 and int16.
template <class Weight>
struct Tap {
  int64_t lower = 0, upper = 0;
  Weight weight = 0;
};
inline Tap<float> tapOf(const Sampling& s, int64_t position, float) {
  const float scale = s.alignCorners && s.out > 1 ? float(s.in - 1) / float(s.out - 1) : float(s.in) / float(s.out);
  const float at = s.halfPixelCenters ? (float(position) + 0.5f) * scale - 0.5f : float(position) * scale;
  const int64_t lower = std::clamp<int64_t>(int64_t(std::floor(at)), 0, s.in - 1);
  return {lower, std::clamp<int64_t>(int64_t(std::ceil(at)), 0, s.in - 1), at - float(lower)};
}
inline Tap<int64_t> tapOf(const Sampling& s, int64_t position, int64_t) {
  const bool corners = s.alignCorners && s.out > 1;
  const int64_t in = corners ? s.in - 1 : s.in, out = corners ? s.out - 1 : s.out;
  const int64_t scale = (1024 * in + out / 2) / out;
  const int64_t at = s.halfPixelCenters ? position * scale + scale / 2 - 512 : position * scale;
  const int64_t lower = std::clamp<int64_t>(at / 1024, 0, s.in - 1);
  return {lower, std::clamp<int64_t>((at + 1023) / 1024, 0, s.in - 1), at - 1024 * lower};
}
template <class Weight>
std::vector<Tap<Weight>> tapsOf(const Sampling& sampling) {
  std::vector<Tap<Weight>> taps;
  taps.reserve(size_t(sampling.out));
  for (int64_t i = 0; i < sampling.out; ++i) taps.push_back(tapOf(sampling, i, Weight()));
  return taps;
}

}  // namespace trireme::reference
