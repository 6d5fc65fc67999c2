#pragma once

#include <functional>
#include <span>
#include <vector>

#include "trireme/status.h"

namespace trireme::tools {

// Things to be timed in blocks: in each block every one has a turn of some runs in a row, in an order that is shuffled
// anew. What disturbs the machine for longer than a block disturbs all alike.
struct BlockRules {
  size_t leastRuns = 50;                            // of each contestant,
  double leastSeconds = 1;                          // and of its runs together
  double mostSeconds = 60;                          // a contestant, on average: then the blocks end all the same
  uint64_t seed = 1;                                // of the orders
  std::function<void(double share)> progress = {};  // after each block: how much is done, 0 to 1
};
// What is timed. Whoever runs the turns keeps their samples, those of a block once it is whole.
struct Contestants {
  std::vector<double> typicalSeconds;                                  // of a run of each, roughly
  std::function<Result<double>(size_t contestant, size_t runs)> turn;  // tells how many seconds its runs took
  std::function<void()> keep;                                          // the block is whole
};
struct BlocksDone {
  size_t blocks = 0;             // whole ones
  std::vector<size_t> runs;      // a contestant: in those
  std::vector<bool> enough;      // a contestant: both of the least are met
  std::vector<Status> failures;  // a contestant; one that failed has no more turns
  bool stopped = false;          // a turn said Cancelled; the block under way is dropped
};
BlocksDone runBlocks(const BlockRules& rules, const Contestants& contestants);

// Runs of a turn: as many as fill the turn's share of the seconds, where the least is reached in at least 20 blocks.
size_t turnRuns(const BlockRules& rules, double typicalSeconds);

}  // namespace trireme::tools
