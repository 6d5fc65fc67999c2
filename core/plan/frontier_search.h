#pragma once

#include "core/plan/search_orders.h"
#include "core/plan/state_set.h"
#include "core/plan/whereabouts.h"

namespace trireme::plan {

struct SearchSettings {
  const NodeOrder* order = nullptr;  // null: every order in which the nodes can run
  // A lower bound instead of a plan: a delegate pays its start once, nodes of one delegate fuse wherever they are,
  // shared memory changes hands for free after the first time, no limits. Then the order does not matter.
  bool relaxed = false;
  double bound = 0;        // dearer plans do not matter
  uint64_t work = 0;       // about how many words of states to handle
  size_t beam = SIZE_MAX;  // most states kept after a node
};
struct SearchResult {
  bool found = false;
  bool complete = true;  // false: it ran out of work, and a cheaper plan may have been missed
  double cost = 0;
  std::vector<Move> moves;  // in order
};

// The frontier dynamic programme. After each node it keeps, for each state of what lies where, the cheapest way there,
// without those that cannot beat the bound and those that another state beats whatever follows. With an order it thins
// the states out when work runs short; without one it gives up.
SearchResult searchFrontiers(const SearchTables& tables, const SearchSettings& settings);

}  // namespace trireme::plan
