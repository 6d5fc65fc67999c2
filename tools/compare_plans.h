#pragma once

#include <functional>
#include <optional>

#include "tools/paired_rounds.h"
#include "tools/run_inputs.h"
#include "tools/verify.h"

namespace trireme::tools {

// One strategy, its plan, and, once measured, its times.
struct StrategyRow {
  std::string name;
  Status refused;                                 // why there is no plan, or why it could not be measured
  std::shared_ptr<const CompiledModel> compiled;  // null where there is no plan
  std::optional<Difference> difference;           // of its outputs to the CPU's
  std::vector<double> seconds;                    // a round each; empty where it was not measured
  std::optional<size_t> same;                     // an earlier row that has the same plan: what it measures holds here
};

// Every strategy that knows no delegate by name, then single:NAME for every delegate in use, the CPU last.
std::vector<std::string> everyStrategy(std::span<const std::shared_ptr<Delegate>> delegates);

// A plan by each strategy. The delegates are the same ones, so the tables are too. A strategy that cannot be met is a
// refused row; a failure only where none can be, or where `strict` and a device failed. Rows of the same plan are told.
Result<std::vector<StrategyRow>> planAll(const std::shared_ptr<const Model>& model, Options options,
                                         std::span<const std::string> strategies, bool strict = false);

// Whether a part's time comes from a model; else whether one was paced; else all is measured.
TimeLabel labelOf(const CompiledModel& compiled);

struct Measuring {
  size_t rounds = 20;
  uint64_t seed = 1;  // of the orders
  InputWords inputs;
  bool strict = false;  // a device that fails ends everything; else only its row
  std::function<void(size_t done, size_t total)> progress = {};
};
struct Measured {
  size_t rounds = 0;     // that all rows ran in
  bool byParts = false;  // a plan has modelled parts: every time is the sum of the plan's parts, not the clock's
  bool stopped = false;  // by an interrupt
};
// Runs the plans in paired rounds, an interpreter each, after comparing their outputs with the CPU's on the same
// inputs. A plan that several rows have runs once a round: two interpreters of one plan differ by where their memory
// lies alone. Rows whose outputs are out of bounds are not timed; rows that fail say so in `refused`. The rows were
// planned with these settings, strict ones: where an interpreter makes a new plan after a fault, that plan is not the
// strategy's.
Result<Measured> measureAll(std::vector<StrategyRow>& rows, const std::shared_ptr<const Model>& model,
                            const Settings& settings, const Measuring& measuring);

}  // namespace trireme::tools
