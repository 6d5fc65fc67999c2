#pragma once

#include "tools/zoo/net.h"

namespace trireme::zoo {

inline constexpr int64_t kClasses = 1000;
// How far the classes' scores lie apart before the softmax.
inline constexpr Target kScores{3, 0};

// Global mean, fully connected, softmax: how most classifiers end.
inline Result<Graph> classify(Net&& net, ValueId features) {
  const ValueId mean = net.globalMean("global_mean", features, false);
  const ValueId scores = net.fullyConnected("scores", mean, kClasses, kScores);
  const ValueId probabilities = net.softmax("probabilities", scores);
  return std::move(net).finish(probabilities);
}

}  // namespace trireme::zoo
