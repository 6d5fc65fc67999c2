#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// Spaces as the search counts them: 0 is the host, then the devices. A set of spaces is a mask of 16 bits.
inline constexpr uint32_t kMaxSpaces = 16, kMaxSearchDelegates = 32, kMaxSearchNodes = 65000;
inline constexpr uint32_t kHostMask = 1;

// A value that nodes pass on, and what it costs to move.
struct SearchValue {
  std::vector<uint32_t> readers;                   // nodes, each once
  bool given = false;                              // on the host from the start
  bool atEnd = false;                              // wanted on the host at the end
  uint32_t importers = 0;                          // spaces that use it where it lies in host memory, one at a time
  std::vector<double> up;                          // by delegate: to its space
  std::vector<double> down;                        // by space: from there to the host
  std::vector<double> bring;                       // by space: the dearest way there from the host
  std::vector<std::pair<uint32_t, double>> fuses;  // delegates on which its only reader saves that much
};
struct SearchFusion {
  uint32_t value = 0, delegate = 0;  // made by the producer and read by nobody but the node
  double seconds = 0;
};
struct SearchNode {
  std::vector<uint32_t> reads, writes;  // values that move, each once
  std::vector<uint32_t> waits, next;    // nodes, each once
  std::vector<double> price;            // by delegate; infinite: it cannot
  std::vector<SearchFusion> fusions;
  uint32_t spaces = 0;  // where it can run
  double least = 0;     // no partition has it for less
};

// Graph and tables in the form that the search reads millions of times.
struct SearchTables {
  explicit SearchTables(const StrategyInput& input);
  bool fits() const;
  std::vector<SearchNode> nodes;
  std::vector<SearchValue> values;  // by value id; constants are empty
  std::vector<uint32_t> spaceOf;    // by delegate
  uint32_t spaces = 1;
  std::vector<double> start, acquire;  // by delegate: of a partition, of shared memory
  std::vector<double> release;         // by space: of shared memory
  std::vector<PartitionLimits> limits;
  std::vector<uint32_t> counted;  // delegates whose partitions must be counted
  bool exact = true;              // false: who may share memory depends on who else does, which is ignored here
};

}  // namespace trireme::plan
