#include "core/plan/measured_costs.h"

#include <algorithm>

#include "core/graph/signature.h"

namespace trireme::plan {
namespace {

struct Sums {
  double measured = 0, estimated = 0;
  void add(const MeasuredCosts::NodeTime& time) {
    measured += time.seconds;
    estimated += time.estimated;
  }
  // Bounded: an estimate of next to nothing says nothing about another one.
  double factor() const {
    constexpr double kMost = 1000;
    return estimated > 0 ? std::clamp(measured / estimated, 1 / kMost, kMost) : 1;
  }
};

}  // namespace

std::string fusionKey(std::string_view producer, std::string_view consumer) {
  return std::string(producer).append(" => ").append(consumer);
}

Correction::Correction(const MeasuredCosts& measured) {
  std::map<std::string, Sums, std::less<>> families;
  Sums all;
  for (const auto& [signature, time] : measured.nodes) {
    families[std::string(graph::familyOf(signature))].add(time);
    all.add(time);
  }
  for (const auto& [family, sums] : families) families_[family] = sums.factor();
  all_ = all.factor();
}

double Correction::factor(std::string_view family) const {
  const auto found = families_.find(family);
  return found == families_.end() ? all_ : found->second;
}

}  // namespace trireme::plan
