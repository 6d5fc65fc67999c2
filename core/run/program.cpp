#include "core/run/program.h"

#include <algorithm>
#include <exception>

namespace trireme::run {
namespace {

bool lastsLonger(const ExecutionPlan& plan, const Slot& slot) {
  return slot.bytes > 0 && plan.arenas[slot.arena].lifetime == Arena::Lifetime::Interpreter;
}

bool touchesState(const ExecutionPlan& plan, const Step& step) {
  if (const auto* run = std::get_if<RunStep>(&step.action)) {
    return std::ranges::any_of(run->inputs, [&](const Slot& slot) { return lastsLonger(plan, slot); });
  }
  const auto* copy = std::get_if<UploadStep>(&step.action);
  return copy && lastsLonger(plan, copy->from);
}

}  // namespace

Program::Program(const ExecutionPlan& thePlan, std::span<const std::shared_ptr<Delegate>> theDelegates)
    : plan(thePlan), delegates(theDelegates) {
  for (uint32_t d = 0; d < delegates.size(); ++d) {
    const Device* device = &delegates[d]->device();
    inHostMemory.push_back(device == &hostDevice());
    uint32_t first = d;
    for (uint32_t other = 0; other < d && !inHostMemory[d]; ++other) {
      if (&delegates[other]->device() == device) first = std::min(first, other);
    }
    queueOf.push_back(first);
  }
  std::vector<std::vector<uint32_t>> byQueue(delegates.size());
  for (uint32_t s = 0; s < plan.steps.size(); ++s) {
    byQueue[queueOf[plan.steps[s].delegate]].push_back(s);
    readsState.push_back(touchesState(plan, plan.steps[s]));
  }
  for (std::vector<uint32_t>& steps : byQueue) {
    if (!steps.empty()) queues.push_back(std::move(steps));
  }
}

Status thrown(std::string_view doing) {
  std::string what = "an unknown exception";
  try {
    throw;
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
  }
  return Status::error(Code::Internal, std::string(doing) + " threw: " + what);
}

}  // namespace trireme::run
