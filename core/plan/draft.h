#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

inline constexpr uint32_t kNoBlock = UINT32_MAX;

// A stretch of memory that steps need, before it has a place.
struct Block {
  enum class Kind : uint8_t {
    Inputs,   // of the model: written by nobody here
    Outputs,  // outputs, preserved tensors, constants: kept to the end, at the same place in every plan of a graph
    State,    // lives with the interpreter
    Work      // anything else: used again when its value is dead
  };
  Kind kind = Kind::Work;
  uint32_t space = kHost;
  std::vector<uint32_t> importers;  // spaces that use this host memory directly, ascending
  size_t bytes = 0, alignment = 1;
  uint32_t first = UINT32_MAX, last = 0;  // steps that touch it
};

// A plan whose slots have no place yet: until memory is planned, Slot::arena is a block's number (kNoBlock: none) and
// the offset is 0.
struct Draft {
  ExecutionPlan plan;
  std::vector<Block> blocks;
};

// What schedule and memory planner know of partitions: an entry each.
using NeedsList = std::vector<const PartitionNeeds*>;

}  // namespace trireme::plan
