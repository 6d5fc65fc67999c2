#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trireme/trireme.h"

// A model through delegates as far as they take it, with the CPU for the rest, against the CPU alone.
namespace trireme::models {

// What the strategy `greedy` gives them.
struct Share {
  size_t operators = 0, of = 0;  // of the graph after the passes
  double macPercent = 0;         // of the multiply-accumulates; 0 where there are none
  std::string text() const;      // "53 of 66 operators, 98.21 % of the MACs"
};
struct DelegatedRun {
  bool possible = false;  // false: an operator is not implemented, so the CPU alone has no answer
  double macs = 0;
  Share share;
  bool lacksFeature = false;  // an operator was refused for want of a feature of the device: another's share is larger
  bool ran = false;           // false: larger than was asked for; the share stands
  std::string wrong;          // empty: the CPU's answer, by the class of delegate and model
};
// `delegates` are what `spec` names, in order of preference. Runs where the model has at most `mostMacs`, the devices'
// memory between guard zones. Classes: integers bit for bit;
// float32 within 1e-4 of the largest, with int8 weights a relative L2 distance of 1 % (or
// what the model's own edges make of a last bit), on a device of half precision of
// 10 %. A wrapped CPU that nothing rounds gives the CPU's bits.
DelegatedRun runDelegated(const std::shared_ptr<const Model>& model, const std::string& spec,
                          const std::vector<std::shared_ptr<Delegate>>& delegates, double mostMacs);

}  // namespace trireme::models
