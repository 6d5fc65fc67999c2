#pragma once

#include "trireme/plan.h"

namespace trireme::run {

// A plan and those who carry it out; what frames are made from. Both outlive it.
struct Program {
  Program(const ExecutionPlan& plan, std::span<const std::shared_ptr<Delegate>> delegates);

  const ExecutionPlan& plan;
  std::span<const std::shared_ptr<Delegate>> delegates;
  std::vector<uint32_t> queueOf;              // by delegate: the first one whose in-order queue it shares
  std::vector<bool> inHostMemory;             // by delegate
  std::vector<std::vector<uint32_t>> queues;  // steps of each queue that has any, ascending
  std::vector<bool> readsState;               // by step: it must wait for the frame before to commit
};

// Calls something of a delegate or device; an exception becomes a Status.
Status thrown(std::string_view doing);  // only inside a catch block

template <class Call>
auto guarded(std::string_view doing, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (...) {
    return thrown(doing);
  }
}
template <class Call>
Event guardedEvent(std::string_view doing, Call&& call) {
  try {
    return call();
  } catch (...) {
    return Event::failed(thrown(doing));
  }
}

}  // namespace trireme::run
