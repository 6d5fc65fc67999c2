#pragma once

#include <array>

#include "core/plan/copy_causes.h"
#include "core/plan/explain.h"
#include "core/plan/refusal_groups.h"

namespace trireme::plan {

// What an explanation adds up before it is written. Its parts are written by the functions below, each a file.
struct Explained {
  const ExplainInput& input;
  std::vector<int64_t> macs{};    // of each placement; 0 where another node stands for it
  std::vector<double> seconds{};  // of each placement, where it runs
  Refusals refusals{};
  std::vector<double> groupSeconds{};         // of each refusal group: its nodes and their copies, as planned
  std::vector<size_t> groupCopies{};          // of each refusal group: copies at the borders of its nodes
  std::vector<uint32_t> order{}, numberOf{};  // groups by delegate, then by groupSeconds{}; the number of each, from 1
  std::vector<CopyCause> copies{};
  const Step& step(const CopyCause& copy) const { return input.plan.steps[copy.step]; }
  std::string name(uint32_t delegate) const;  // for a column
};
Explained gather(const ExplainInput& input);

inline constexpr size_t kNameColumns = 30;
// How many of the nodes that a delegate takes have a price of each source.
using Sources = std::array<size_t, 3>;
Sources sourcesOf(const Explained& explained, uint32_t delegate);
Cost::Source usualSource(const Sources& counts);  // the most frequent one

// The widest of these names as Explained::name writes them.
size_t widthOfNames(const Explained& explained);

std::string writeSummary(const Explained& explained);          // delegates with their shares; what keeps nodes off them
std::string writeFurtherRefusals(const Explained& explained);  // those that the summary has no room for
std::string writeNodes(const Explained& explained);

}  // namespace trireme::plan
