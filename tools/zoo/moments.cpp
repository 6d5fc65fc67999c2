#include "tools/zoo/moments.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace trireme::zoo {
namespace {

double same(double x) { return x; }
double relu(double x) { return std::max(x, 0.0); }
double relu6(double x) { return std::clamp(x, 0.0, 6.0); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double hardSwish(double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }

// The normal distribution as weighted points, -4 to 4 in steps of a quarter.
struct Points {
  std::array<double, 33> at{}, weight{};
  Points() {
    double sum = 0;
    for (size_t i = 0; i < at.size(); ++i) {
      at[i] = (static_cast<double>(i) - 16) / 4;
      sum += weight[i] = std::exp(-at[i] * at[i] / 2);
    }
    for (double& w : weight) w /= sum;
  }
};

}  // namespace

Moments uniformMoments(size_t channels, double mean, double variance) {
  return {std::vector<double>(channels, mean), std::vector<double>(channels, variance)};
}

Moments through(const Moments& from, double (*function)(double)) {
  static const Points points;
  Moments to = from;
  for (size_t c = 0; c < from.channels(); ++c) {
    const double deviation = std::sqrt(from.variance[c]);
    double first = 0, second = 0;
    for (size_t i = 0; i < points.at.size(); ++i) {
      const double y = function(from.mean[c] + deviation * points.at[i]);
      first += points.weight[i] * y;
      second += points.weight[i] * y * y;
    }
    to.mean[c] = first;
    to.variance[c] = std::max(second - first * first, 0.0);
  }
  return to;
}

Moments activated(const Moments& from, Activation activation) {
  if (activation == Activation::None) return from;
  return through(from, activation == Activation::Relu6 ? relu6 : relu);
}

Moments ofUnary(const Moments& from, OpKind op) {
  return through(from, op == OpKind::Logistic    ? logistic
                       : op == OpKind::HardSwish ? hardSwish
                       : op == OpKind::Relu6     ? relu6
                       : op == OpKind::Relu      ? relu
                                                 : same);
}

Moments summed(const Moments& a, const Moments& b) {
  Moments to = a;
  for (size_t c = 0; c < to.channels(); ++c) {
    to.mean[c] += b.mean[c];
    to.variance[c] += b.variance[c];
  }
  return to;
}

Moments multiplied(const Moments& a, const Moments& b) {
  Moments to = a;
  for (size_t c = 0; c < to.channels(); ++c) {
    to.mean[c] = a.mean[c] * b.mean[c];
    to.variance[c] =
        a.variance[c] * b.variance[c] + a.variance[c] * b.mean[c] * b.mean[c] + b.variance[c] * a.mean[c] * a.mean[c];
  }
  return to;
}

Moments joined(const Moments& a, const Moments& b) {
  Moments to = a;
  to.mean.insert(to.mean.end(), b.mean.begin(), b.mean.end());
  to.variance.insert(to.variance.end(), b.variance.begin(), b.variance.end());
  return to;
}

Moments averaged(const Moments& from, bool whole) {
  // What is left of the variance, between that of white noise and that of smooth pictures.
  constexpr double kNear = 0.45, kWhole = 0.12;
  Moments to = from;
  for (double& variance : to.variance) variance *= whole ? kWhole : kNear;
  return to;
}

Moments largest(const Moments& from, int64_t window) {
  Moments to = from;
  const double lift = 0.6 * std::log(static_cast<double>(window));
  for (size_t c = 0; c < to.channels(); ++c) to.mean[c] += lift * std::sqrt(from.variance[c]);
  return to;
}

Moments scaled(const Moments& from, double scale, double shift) {
  Moments to = from;
  for (double& mean : to.mean) mean = mean * scale + shift;
  for (double& variance : to.variance) variance *= scale * scale;
  return to;
}

}  // namespace trireme::zoo
