#include "tools/compare_plans.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/plan/plan_printer.h"
#include "core/plan/strategy.h"
#include "tools/interrupt.h"

namespace trireme::tools {
namespace {

using Interpreters = std::vector<std::unique_ptr<Interpreter>>;

bool isDeviceFailure(const Status& status) {
  return status.code() == Code::DeviceLost || status.code() == Code::DeadlineExceeded;
}

// What a strategy may fail by without the others failing too; else the failure.
Status fatal(const Status& status, bool strict) {
  const bool ends = status.code() == Code::Cancelled || (strict && isDeviceFailure(status));
  return ends ? status : Status();
}

Status invoke(Interpreter& interpreter) {
  const CancelOnInterrupt guard(interpreter);
  return interpreter.invoke();
}

double seconds(TimePoint from, TimePoint to) { return std::chrono::duration<double>(to - from).count(); }

double lastSeconds(Interpreter& interpreter, bool byParts) {
  const FrameTiming& timing = interpreter.frame().lastTimings();
  if (!byParts) return seconds(timing.begin, timing.end);
  double sum = 0;
  for (const StepTiming& step : timing.steps) sum += seconds(step.times.begin, step.times.end);
  return sum;
}

// All that a plan does, which its strategy's name is no part of.
std::string workOf(const CompiledModel& compiled) {
  std::vector<std::string> names;
  for (const auto& delegate : compiled.delegates()) names.push_back(delegate->info().name);
  ExecutionPlan plan = compiled.plan();
  plan.strategy.clear();
  plan.proven = false;
  return plan::printPlan(plan, compiled.graph(), names);
}

void tellSamePlans(std::vector<StrategyRow>& rows) {
  std::map<std::string, size_t> first;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].compiled) continue;
    const auto [found, isNew] = first.try_emplace(workOf(*rows[i].compiled), i);
    if (!isNew) rows[i].same = found->second;
  }
}

// The row's first run, compared with the CPU's, whose outputs the first row to get here asks for.
Status prepare(StrategyRow& row, std::unique_ptr<Interpreter>& interpreter, std::optional<OutputBytes>& wanted,
               const std::shared_ptr<const Model>& model, const Settings& settings, const InputWords& inputs) {
  TRIREME_ASSIGN(interpreter, Interpreter::create(row.compiled));
  TRIREME_TRY(fillInputs(inputs, *interpreter));
  if (!wanted) {
    TRIREME_ASSIGN(wanted, cpuOutputs(*interpreter, model, settings));
  }
  TRIREME_TRY(invoke(*interpreter));
  TRIREME_ASSIGN(row.difference, compareOutputs(*interpreter, *wanted, "cpu"));
  return {};
}

}  // namespace

std::vector<std::string> everyStrategy(std::span<const std::shared_ptr<Delegate>> delegates) {
  std::vector<std::string> names;
  for (const plan::Strategy& one : plan::strategyList()) {
    if (!one.takesDelegate) names.emplace_back(one.name);
  }
  const auto add = [&](std::string_view delegate) {
    std::string name = fmt::format("single:{}", delegate);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  };
  for (const auto& delegate : delegates) {
    if (delegate->info().name != "cpu") add(delegate->info().name);
  }
  add("cpu");
  return names;
}

Result<std::vector<StrategyRow>> planAll(const std::shared_ptr<const Model>& model, Options options,
                                         std::span<const std::string> strategies, bool strict) {
  std::vector<StrategyRow> rows;
  bool any = false;
  for (const std::string& name : strategies) {
    options.setStrategy(name);
    auto compiled = CompiledModel::create(model, options);
    TRIREME_TRY(fatal(compiled.status(), strict));
    StrategyRow row;
    row.name = name;
    row.refused = compiled.status();
    if (compiled.ok()) row.compiled = std::move(compiled).value();
    any = any || row.compiled;
    rows.push_back(std::move(row));
  }
  if (!any && !rows.empty()) return rows[0].refused;
  tellSamePlans(rows);
  return rows;
}

TimeLabel labelOf(const CompiledModel& compiled) {
  TimeLabel label = TimeLabel::Measured;
  for (const Step& step : compiled.plan().steps) {
    const TimeLabel one = compiled.delegates()[step.delegate]->info().label;
    if (one == TimeLabel::Modelled) return one;
    if (one == TimeLabel::Paced) label = one;
  }
  return label;
}

Result<Measured> measureAll(std::vector<StrategyRow>& rows, const std::shared_ptr<const Model>& model,
                            const Settings& settings, const Measuring& measuring) {
  Interpreters interpreters(rows.size());
  std::optional<OutputBytes> wanted;
  std::vector<size_t> timed;  // rows
  Measured result;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].compiled || rows[i].same) continue;
    rows[i].refused = prepare(rows[i], interpreters[i], wanted, model, settings, measuring.inputs);
    TRIREME_TRY(fatal(rows[i].refused, measuring.strict));
    if (interpreters[i] && !wanted) return rows[i].refused;  // the inputs, or the CPU itself
    if (!rows[i].refused.ok() || rows[i].difference->mismatches > 0) continue;
    timed.push_back(i);
    result.byParts = result.byParts || labelOf(*rows[i].compiled) == TimeLabel::Modelled;
  }
  const RoundSettings rounds{
      .contestants = timed.size(), .rounds = measuring.rounds, .seed = measuring.seed, .progress = measuring.progress};
  PairedTimes times = runRounds(rounds, [&](size_t contestant) -> Result<double> {
    Interpreter& interpreter = *interpreters[timed[contestant]];
    if (wasInterrupted()) return Status::error(Code::Cancelled, "interrupted");
    TRIREME_TRY(invoke(interpreter));
    return lastSeconds(interpreter, result.byParts);
  });
  for (size_t i = 0; i < timed.size(); ++i) {
    TRIREME_TRY(fatal(times.failures[i], measuring.strict));
    rows[timed[i]].refused = times.failures[i];
    rows[timed[i]].seconds = std::move(times.seconds[i]);
  }
  for (StrategyRow& row : rows) {
    if (!row.same) continue;
    const StrategyRow& measured = rows[*row.same];
    row.refused = measured.refused;
    row.difference = measured.difference;
    row.seconds = measured.seconds;
  }
  result.rounds = times.rounds;
  result.stopped = times.stopped;
  return result;
}

}  // namespace trireme::tools
