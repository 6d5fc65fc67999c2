#include "tools/warm_up.h"

#include <algorithm>
#include <cmath>

#include "tools/statistics.h"

namespace trireme::tools {

void WarmUp::add(double seconds) {
  if (last_.size() == 2 * rules_.window) last_.erase(last_.begin());
  last_.push_back(seconds);
  ++runs_;
  total_ += seconds;
}

bool WarmUp::steady() const {
  if (last_.size() < 2 * rules_.window) return false;
  const std::span<const double> all(last_);
  const double before = medianOf(all.first(rules_.window)), now = medianOf(all.last(rules_.window));
  return std::abs(now - before) < rules_.change * before;
}

bool WarmUp::done() const {
  if (total_ >= rules_.mostSeconds && runs_ >= rules_.fewestAtMost) return true;
  return total_ >= rules_.leastSeconds && steady();
}

double WarmUp::typicalSeconds() const {
  if (last_.empty()) return 0;
  return medianOf(std::span<const double>(last_).last(std::min(rules_.window, last_.size())));
}

}  // namespace trireme::tools
