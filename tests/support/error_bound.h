#pragma once

#include <cstdint>

namespace trireme::support {

// How tensors are held where a result is computed: what a bound may forgive.
enum class Storage : uint8_t { Single, Half };

// How far a float result may lie from the value worked out, by what was computed rather than by taste. Units in the
// last place are those of float32 at the value; with half storage half a unit of float16 comes on top of every class.
class ErrorBound {
 public:
  static ErrorBound exact();  // moves, comparisons, and what every machine rounds correctly
  static ErrorBound sum();    // 4 u (sum of |a w|) + half a unit, u = 2^-24: in any order, fused or not
  // A function that machines approximate: so many units in the last place, and an absolute part where a result near 0
  // comes of a difference.
  static ErrorBound function(double units, double absolute);
  // `magnitude`: the sum of the absolute values of what was added, for sum(); else not looked at.
  double allowed(double value, double magnitude, Storage storage) const;
  // Whether `actual` will do: equal infinities and NaN for NaN included, and infinity where half precision has no
  // number.
  bool accepts(double value, double magnitude, float actual, Storage storage) const;

 private:
  ErrorBound(double units, double absolute, double perMagnitude)
      : units_(units), absolute_(absolute), perMagnitude_(perMagnitude) {}
  double units_, absolute_, perMagnitude_;
};

}  // namespace trireme::support
