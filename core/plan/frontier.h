#pragma once

#include "core/plan/state_set.h"
#include "core/plan/whereabouts.h"

namespace trireme::plan {

// How far execution has come: the nodes that are done. What matters of the past is the state: which delegate runs, how
// much of its partition and of the limits is used up, and where the live values lie.
struct Frontier {
  std::vector<uint64_t> done;    // a bit a node
  std::vector<uint32_t> live;    // values that are there and still wanted by nodes, ascending
  std::vector<uint32_t> useful;  // by live value: the spaces of nodes that may still read it
  std::vector<uint32_t> ready;   // nodes that can run now, ascending
  double rest = 0;               // what is not done costs no less
  StateSet states{0};
  bool isDone(uint32_t node) const { return done[node / 64] >> (node % 64) & 1; }
};

// One more node: how a state of one frontier becomes a state of the next.
struct Advance {
  uint32_t node = 0;
  std::vector<uint32_t> reads;    // positions in the old frontier's live values
  std::vector<uint32_t> endings;  // old positions of values that nobody reads any more and the host must get now
  // For each live value of the next frontier: its old position, or the number of old ones plus that of an output.
  std::vector<uint32_t> from;
};

Frontier firstFrontier(const SearchTables& tables, size_t headWords);
Frontier nextFrontier(const SearchTables& tables, const Frontier& frontier, uint32_t node, size_t headWords);
Advance advanceTo(const SearchTables& tables, const Whereabouts& where, const Frontier& from, const Frontier& to,
                  uint32_t node);

}  // namespace trireme::plan
