#include <fmt/format.h>

#include <algorithm>

#include "core/plan/plan_verifier.h"
#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

Status broken(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

// before[s] holds every step that has finished when step s begins.
using Before = std::vector<std::vector<bool>>;

void inherit(Before& before, uint32_t step, uint32_t earlier) {
  before[step][earlier] = true;
  for (uint32_t s = 0; s < earlier; ++s) {
    if (before[earlier][s]) before[step][s] = true;
  }
}

Result<Before> whatIsBefore(const VerifierInput& input) {
  const std::vector<Step>& steps = input.plan.steps;
  Before before(steps.size(), std::vector<bool>(steps.size(), false));
  for (uint32_t s = 0; s < steps.size(); ++s) {
    for (uint32_t earlier = s; earlier-- > 0;) {
      if (input.facts[steps[earlier].delegate].queue != input.facts[steps[s].delegate].queue) continue;
      inherit(before, s, earlier);
      break;
    }
    for (uint32_t earlier : steps[s].after) {
      if (earlier >= s) return broken(fmt::format("step {} waits for step {}, which comes later", s, earlier));
      inherit(before, s, earlier);
    }
  }
  return before;
}

bool conflict(const std::vector<Access>& a, const std::vector<Access>& b) {
  return std::ranges::any_of(a, [&](const Access& one) {
    return std::ranges::any_of(
        b, [&](const Access& other) { return (one.writes || other.writes) && overlap(one.slot, other.slot); });
  });
}

}  // namespace

Status verifyOrder(const VerifierInput& input) {
  TRIREME_ASSIGN(const Before before, whatIsBefore(input));
  std::vector<std::vector<Access>> accesses;
  for (const Step& step : input.plan.steps) accesses.push_back(accessesOf(step));
  for (uint32_t s = 0; s < accesses.size(); ++s) {
    for (uint32_t earlier = 0; earlier < s; ++earlier) {
      if (!before[s][earlier] && conflict(accesses[s], accesses[earlier])) {
        return broken(fmt::format("steps {} and {} touch the same memory and neither waits for the other", earlier, s));
      }
    }
  }
  return {};
}

}  // namespace trireme::plan
