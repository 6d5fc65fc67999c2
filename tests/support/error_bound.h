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
  // c u (sum of |a w|) + half a unit, u = 2^-24: in any order, fused or not. c = 4 + the root of the number of terms,
  // since the roundings of partial sums walk at random.
  static ErrorBound sum();
  // A function that machines approximate: so many units in the last place, and an absolute part where a result near 0
  // comes of a difference.
  static ErrorBound function(double units, double absolute);
  // A value worked out. Of a sum, also the sum of the absolute values of what was added, and how many terms there were.
  struct Value {
    double value = 0, magnitude = 0, terms = 0;
  };
  double allowed(const Value& value, Storage storage) const;
  // Whether `actual` will do: equal infinities and NaN for NaN included, and infinity where half precision has no
  // number.
  bool accepts(const Value& value, float actual, Storage storage) const;

 private:
  ErrorBound(double units, double absolute, double perMagnitude)
      : units_(units), absolute_(absolute), perMagnitude_(perMagnitude) {}
  double units_, absolute_, perMagnitude_;
};

}  // namespace trireme::support
