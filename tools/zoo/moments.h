#pragma once

#include "trireme/graph.h"

namespace trireme::zoo {

// What is expected of a tensor's elements, channel by channel: the statistics that batch normalisation would have
// settled on, worked out instead of measured, so that weights depend on the seed alone.
struct Moments {
  std::vector<double> mean, variance;
  size_t channels() const { return mean.size(); }
};
Moments uniformMoments(size_t channels, double mean, double variance);
// Through a function of one element, for elements that are about normally distributed.
Moments through(const Moments& from, double (*function)(double));
Moments activated(const Moments& from, Activation activation);
Moments ofUnary(const Moments& from, OpKind op);         // LOGISTIC, HARD_SWISH, RELU, RELU6
Moments summed(const Moments& a, const Moments& b);      // independent terms
Moments multiplied(const Moments& a, const Moments& b);  // independent factors
Moments joined(const Moments& a, const Moments& b);      // channels side by side
Moments averaged(const Moments& from, bool whole);       // over neighbours, or over the whole picture
Moments largest(const Moments& from, int64_t window);    // of `window` neighbours
Moments scaled(const Moments& from, double scale, double shift);

}  // namespace trireme::zoo
