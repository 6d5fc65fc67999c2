#pragma once

#include <cstddef>
#include <vector>

namespace trireme::tools {

// When a thing that is about to be timed has run often enough for that: when it is steady, or when this costs too much.
struct WarmUpRules {
  size_t window = 5;        // runs
  double change = 0.02;     // steady: the medians of the last two windows are closer than this
  double leastSeconds = 0;  // of warm-up
  double mostSeconds = 5;   // then it ends, steady or not,
  size_t fewestAtMost = 3;  // but not before so many runs
};
class WarmUp {
 public:
  explicit WarmUp(const WarmUpRules& rules) : rules_(rules) {}
  void add(double seconds);  // a run
  bool done() const;
  bool steady() const;
  size_t runs() const { return runs_; }
  double typicalSeconds() const;  // of the last window, or of what there is; 0 before the first run

 private:
  WarmUpRules rules_;
  std::vector<double> last_;  // two windows at most, oldest first
  size_t runs_ = 0;
  double total_ = 0;
};

}  // namespace trireme::tools
