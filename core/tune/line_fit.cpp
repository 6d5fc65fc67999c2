#include "core/tune/line_fit.h"

#include <algorithm>
#include <cmath>

namespace trireme::tune {
namespace {

// The best line with the start given, and with the slope given: where the free fit leaves the allowed quarter.
double slopeThrough(std::span<const Sample> samples, double start) {
  double above = 0, below = 0;
  for (const Sample& one : samples) {
    const double weight = 1 / (one.seconds * one.seconds);
    above += weight * one.x * (one.seconds - start);
    below += weight * one.x * one.x;
  }
  return below > 0 ? std::max(above / below, 0.0) : 0;
}

double startOnly(std::span<const Sample> samples) {
  double above = 0, below = 0;
  for (const Sample& one : samples) {
    above += 1 / one.seconds;
    below += 1 / (one.seconds * one.seconds);
  }
  return above / below;
}

}  // namespace

Line fitLine(std::span<const Sample> samples) {
  double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;
  for (const Sample& one : samples) {
    const double weight = 1 / (one.seconds * one.seconds);
    w += weight;
    wx += weight * one.x;
    wxx += weight * one.x * one.x;
    wy += weight * one.seconds;
    wxy += weight * one.x * one.seconds;
  }
  const double determinant = w * wxx - wx * wx;
  Line line;
  if (determinant > 1e-12 * w * wxx) {
    line.slope = (w * wxy - wx * wy) / determinant;
    line.start = (wy - line.slope * wx) / w;
  } else {
    line.start = startOnly(samples);  // one x only
  }
  if (line.slope < 0) line = {startOnly(samples), 0, 0};
  if (line.start < 0) line = {0, slopeThrough(samples, 0), 0};
  for (const Sample& one : samples) {
    const double distance = std::abs(line.start + line.slope * one.x - one.seconds);
    line.residual = std::max(line.residual, distance / one.seconds);
  }
  return line;
}

}  // namespace trireme::tune
