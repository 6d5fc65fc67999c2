#pragma once

#include "core/observation.h"

namespace trireme::core {

// What observations say of one delegate, gathered; the same operator met more often counts with its mean.
class Lessons {
 public:
  struct Fused {  // nodes that one call did, in its order
    std::vector<std::string> signatures;
    std::vector<double> estimates;
    double seconds = 0;
  };
  void addNode(const std::string& signature, double seconds, double estimated);
  void addFused(Fused fused) { fused_.push_back(std::move(fused)); }
  void add(const Lessons& other);
  bool knows(const std::string& signature) const { return nodes_.contains(signature); }
  // Some nodes' own price is not known: they were only seen together with others.
  bool leavesOpen() const;

  // Nodes' times, and what fused pairs save against their nodes' own times.
  void teach(plan::MeasuredCosts& costs) const;

 private:
  struct Sum {
    double seconds = 0, estimated = 0;
    int count = 0;
  };
  std::map<std::string, Sum> nodes_;
  std::vector<Fused> fused_;
};

// What an observation of the model says of each of its delegates; those whose times are modelled stay empty. A call
// says what its node takes, or its nodes together. A partition that told of no calls counts as one call, less its
// start.
std::vector<Lessons> lessonsOf(const CompiledModel::Impl& model, const Observation& seen);
// Starts of partitions, as they were measured before, else as the delegate states them.
double startOf(const CompiledModel::Impl& model, uint32_t delegate);

}  // namespace trireme::core
