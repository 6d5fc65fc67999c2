#include "core/plan/strategy_greedy.h"

namespace trireme::plan {

// One delegate takes all that it can, the CPU the rest.
Result<Assignment> assignSingle(const StrategyInput& input, std::string_view argument) {
  TRIREME_ASSIGN(const uint32_t chosen, findDelegate(input.facts, argument, "strategy single"));
  const uint32_t cpu = uint32_t(input.facts.size() - 1);
  if (chosen == cpu) return assignInOrder(input, std::array{cpu});
  return assignInOrder(input, std::array{chosen, cpu});
}

}  // namespace trireme::plan
