#pragma once

#include <span>

namespace trireme::tune {

struct Sample {
  double x = 0, seconds = 0;  // x: bytes, or how many operators
};
// seconds = start + x * slope, neither below 0.
struct Line {
  double start = 0, slope = 0;
  double residual = 0;  // the largest distance of a sample from the line, as a share of the sample
};
// Least squares of the relative distances, so that 1 KiB counts as much as 16 MiB. At least one sample, each above 0.
Line fitLine(std::span<const Sample> samples);

}  // namespace trireme::tune
