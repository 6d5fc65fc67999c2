#pragma once

#include <functional>

#include "trireme/plan.h"

namespace trireme::plan {

// Memory that one step touches. A hand-over counts as a write: whoever used the memory before must have finished.
struct Access {
  Slot slot;
  bool writes = false;
};
std::vector<Access> accessesOf(const Step& step);

// Calls `change` for every slot of the step, scratch without bytes included.
void changeSlots(Step& step, const std::function<void(Slot&)>& change);

inline bool overlap(const Slot& a, const Slot& b) {
  return a.arena == b.arena && a.bytes > 0 && b.bytes > 0 && a.offset < b.offset + b.bytes &&
         b.offset < a.offset + a.bytes;
}

// "run 2", "upload of 'x'"... without the number of the step.
std::string describeAction(const Action& action, const Graph& graph);

}  // namespace trireme::plan
