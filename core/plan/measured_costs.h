#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trireme::plan {

// What was measured of one delegate on one machine. Seconds; nodes by their signature (core/graph/signature.h).
struct MeasuredCosts {
  struct NodeTime {
    double seconds = 0;
    double estimated = 0;  // what the delegate would have said without measuring
  };
  std::map<std::string, NodeTime, std::less<>> nodes;  // alone, without the start of a partition
  std::map<std::string, double, std::less<>> fusions;  // what a pair saves: by fusionKey()
  std::optional<double> startSeconds, copyStartSeconds, copyBytesPerSecond;
  double spread = 0;  // of a model's time between one turn of measuring and another: half the range, as a share
  bool empty() const { return nodes.empty() && !startSeconds && !copyStartSeconds; }
};
// By delegate; null where nothing was measured.
using MeasuredList = std::vector<std::shared_ptr<const MeasuredCosts>>;

std::string fusionKey(std::string_view producer, std::string_view consumer);  // of two signatures

// What an estimate has to be multiplied with, by what was measured of the same family of operators; where there is none
// of it, of all. Estimates and measurements of one delegate can then stand beside each other.
class Correction {
 public:
  Correction() = default;  // changes nothing
  explicit Correction(const MeasuredCosts& measured);
  double factor(std::string_view family) const;

 private:
  std::map<std::string, double, std::less<>> families_;
  double all_ = 1;
};

}  // namespace trireme::plan
