#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/plan/time_text.h"
#include "tools/calibrating.h"
#include "tools/commands.h"
#include "tools/compare_plans.h"
#include "tools/describe.h"
#include "tools/interrupt.h"
#include "tools/open_model.h"

namespace trireme::tools {
namespace {

constexpr uint64_t kSeed = 1;  // of the inputs where --random names none, and of the rounds' orders

struct Words : ModelOptions {
  InputWords inputs;
  bool compare = false, measure = false;
  std::optional<size_t> rounds;
};

// What main() returns, beside a failure in words.
struct Ending {
  Status status;
  int code = kDone;
};

Ending wrongUsage(Status status) { return {std::move(status), kWrongUsage}; }

Status checkWords(const Words& words) {
  const auto wrong = [](std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); };
  if (!words.compare) {
    return wrong("plan needs --compare: it sets every strategy's plan beside the others; explain shows one");
  }
  if (words.measure) return {};
  if (words.rounds) return wrong("--rounds counts the rounds of --measure, which is missing");
  if (words.inputs.seed || !words.inputs.images.empty()) {
    return wrong(
        fmt::format("{} fills the inputs of --measure, which is missing", words.inputs.seed ? "--random" : "--image"));
  }
  return {};
}

// The row with the least of something, among those that have it.
const StrategyRow* least(const std::vector<StrategyRow>& rows, std::optional<double> (*what)(const StrategyRow&)) {
  const StrategyRow* best = nullptr;
  for (const StrategyRow& row : rows) {
    if (what(row) && (!best || *what(row) < *what(*best))) best = &row;
  }
  return best;
}

std::optional<double> predicted(const StrategyRow& row) {
  return row.compiled ? std::optional(row.compiled->plan().predicted.seconds) : std::nullopt;
}

std::optional<double> measured(const StrategyRow& row) {
  return row.seconds.empty() ? std::nullopt : std::optional(medianOf(row.seconds));
}

// What is reported, and against which rows.
struct Report {
  const std::vector<StrategyRow>& rows;
  const StrategyRow* bestPredicted = nullptr;
  const StrategyRow* bestMeasured = nullptr;
};

size_t bytesCopied(const CompiledModel& compiled) {
  size_t bytes = 0;
  for (const CopyStep& copy : copiesOf(compiled)) bytes += copy.bytes;
  return bytes;
}

// How many partitions each delegate runs, in the delegates' order.
std::vector<std::pair<std::string, size_t>> partitionsOf(const CompiledModel& compiled) {
  std::vector<std::pair<std::string, size_t>> counts;
  for (const auto& delegate : compiled.delegates()) counts.emplace_back(delegate->info().name, 0);
  for (const PlannedPartition& partition : compiled.plan().partitions) ++counts[partition.delegate].second;
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  return counts;
}

// How far the prediction is off, in percent of the measured time.
double errorPercent(const StrategyRow& row) { return 100 * (*predicted(row) - *measured(row)) / *measured(row); }

double ratioToBest(double seconds, double best) { return best > 0 ? seconds / best : 1; }

void addMeasured(Json& entry, const StrategyRow& row, const Report& report) {
  const bool timed = !row.seconds.empty();
  Json samples = Json::array();
  for (const double seconds : row.seconds) samples.push_back(seconds * 1e6);
  entry["measured_us"] = timed ? Json(*measured(row) * 1e6) : Json(nullptr);
  entry["label"] = timed ? Json(timeLabelName(labelOf(*row.compiled))) : Json(nullptr);
  entry["measured_ratio"] = nullptr;
  entry["ci95"] = nullptr;
  if (timed) {
    const PairedRatio ratio = ratioOf(row.seconds, report.bestMeasured->seconds);
    entry["measured_ratio"] = ratio.median;
    if (ratio.ci95) entry["ci95"] = {ratio.ci95->low, ratio.ci95->high};
  }
  entry["error_percent"] = timed ? Json(errorPercent(row)) : Json(nullptr);
  entry["rounds_us"] = std::move(samples);
  entry["difference"] = differenceJson(row.difference);
}

Json rowJson(const StrategyRow& row, const Report& report) {
  Json entry = {{"name", row.name},       {"predicted_us", nullptr},           {"predicted_ratio", nullptr},
                {"partitions", nullptr},  {"partitions_by_delegate", nullptr}, {"copies", nullptr},
                {"bytes_copied", nullptr}};
  if (row.compiled) {
    Json byDelegate = Json::object();
    for (const auto& [name, count] : partitionsOf(*row.compiled)) byDelegate[name] = count;
    entry["predicted_us"] = *predicted(row) * 1e6;
    entry["predicted_ratio"] = ratioToBest(*predicted(row), *predicted(*report.bestPredicted));
    entry["partitions"] = row.compiled->plan().partitions.size();
    entry["partitions_by_delegate"] = std::move(byDelegate);
    entry["copies"] = copiesOf(*row.compiled).size();
    entry["bytes_copied"] = bytesCopied(*row.compiled);
  }
  addMeasured(entry, row, report);
  entry["same_plan_as"] = row.same ? Json(report.rows[*row.same].name) : Json(nullptr);
  entry["refused"] = row.refused.ok() ? Json(nullptr) : Json(row.refused.message());
  entry["plan"] = row.compiled ? planJson(*row.compiled) : Json(nullptr);
  return entry;
}

std::string predictedText(const Report& report) {
  std::string text = fmt::format("{:<26} {:>10} {:>7} {:>6} {:>6} {:>9}  {}\n", "strategy", "predicted", "ratio",
                                 "proven", "copies", "bytes", "partitions");
  for (const StrategyRow& row : report.rows) {
    if (!row.compiled) {
      text += fmt::format("{:<26} refused: {}\n", row.name, row.refused.message());
      continue;
    }
    std::string partitions;
    for (const auto& [name, count] : partitionsOf(*row.compiled)) {
      partitions += fmt::format("{}{} {}", partitions.empty() ? "" : ", ", name, count);
    }
    text += fmt::format("{:<26} {:>10} {:>7.3f} {:>6} {:>6} {:>9}  {}\n", row.name, plan::timeText(*predicted(row)),
                        ratioToBest(*predicted(row), *predicted(*report.bestPredicted)),
                        row.compiled->plan().proven ? "yes" : "no", copiesOf(*row.compiled).size(),
                        bytesCopied(*row.compiled), partitions);
  }
  return text;
}

std::string measuredText(const Report& report, const Measured& facts) {
  std::string text = fmt::format("\n{:<26} {:>10} {:<9} {:>7} {:<17} {:>16}\n", "strategy", "time", "", "ratio", "",
                                 "prediction error");
  for (const StrategyRow& row : report.rows) {
    if (!row.compiled) continue;
    if (row.seconds.empty()) {
      const bool wrong = row.difference && row.difference->mismatches > 0;
      text += fmt::format("{:<26} not timed: {}\n", row.name,
                          wrong ? fmt::format("{} elements of its outputs are out of bounds against the CPU's",
                                              row.difference->mismatches)
                          : row.refused.ok() ? "interrupted"
                                             : std::string(row.refused.message()));
      continue;
    }
    const PairedRatio ratio = ratioOf(row.seconds, report.bestMeasured->seconds);
    const std::string range = &row == report.bestMeasured ? "the best"
                              : row.same                  ? "the same plan"
                              : ratio.ci95 ? fmt::format("({:.3f} to {:.3f})", ratio.ci95->low, ratio.ci95->high)
                                           : "";
    text += fmt::format("{:<26} {:>10} {:<9} {:>7.3f} {:<17} {:>+14.1f} %\n", row.name, plan::timeText(*measured(row)),
                        timeLabelName(labelOf(*row.compiled)), ratio.median, range, errorPercent(row));
  }
  text += fmt::format("{} rounds, each strategy once in each, orders shuffled; median times.{}\n", facts.rounds,
                      facts.byParts ? "\n(sums of the plans' parts, because some of those are modelled)" : "");
  return text + "Ratio: median of the ratios to the best within a round, and its 95 % interval by order statistics.\n";
}

// Shown where a person waits at a terminal.
std::function<void(size_t, size_t)> progressOn(const Words& words) {
  if (words.output.quiet || isatty(STDERR_FILENO) == 0) return {};
  return [](size_t done, size_t total) {
    fmt::print(stderr, "\rround {} of {}{}", done, total, done == total ? "\r\033[K" : "");
    std::fflush(stderr);
  };
}

// One CPU for all plans, so that they share its threads and its prices; and quiet, for each row tells of itself.
Result<Options> comparingOptions(const Words& words, const Output& output, std::vector<std::string>& named) {
  TRIREME_ASSIGN(Options options, planningOptions(words, output, named));
  const auto& delegates = options.settings().delegates;
  const auto isCpu = [](const auto& delegate) { return delegate->info().name == "cpu"; };
  if (std::none_of(delegates.begin(), delegates.end(), isCpu)) {
    CpuOptions cpu;
    cpu.threads = words.threads;
    TRIREME_ASSIGN(auto delegate, createCpuDelegate(cpu));
    options.addDelegate(std::move(delegate));
  }
  if (!words.output.verbose) options.setLog({});
  return options;
}

// --measure: the rows get their times.
Result<Measured> measureRows(const Words& words, const std::shared_ptr<const Model>& model, const Settings& settings,
                             std::vector<StrategyRow>& rows) {
  Measuring measuring{.inputs = words.inputs, .progress = progressOn(words)};
  measuring.rounds = words.rounds.value_or(measuring.rounds);
  measuring.seed = kSeed;
  if (!measuring.inputs.seed) measuring.inputs.seed = kSeed;
  measuring.strict = words.strict;
  return measureAll(rows, model, settings, measuring);
}

Ending judge(const std::vector<StrategyRow>& rows) {
  std::string wrong;
  for (const StrategyRow& row : rows) {
    if (!row.difference || row.difference->mismatches == 0) continue;
    wrong += fmt::format("{}{} ({} elements)", wrong.empty() ? "" : ", ", row.name, row.difference->mismatches);
  }
  if (wrong.empty()) return {};
  return {Status::error(Code::Internal, "outputs out of bounds against the CPU's: " + wrong), kCheckFailed};
}

Result<Ending> compareStrategies(const Words& words, const Output& output, Options options,
                                 const std::vector<std::string>& named) {
  TRIREME_ASSIGN(const auto model, openModel(words.path));
  TRIREME_ASSIGN(const Graph* graph, chosenGraph(*model, words.signature));
  TRIREME_TRY(resizeToArrays(words.inputs, *model, words.signature, options));
  std::optional<TemporaryFolder> costs;
  if (words.measure) {
    TRIREME_ASSIGN(costs, measureCosts(model, words.inputs, output, options));
    if (wasInterrupted()) return Status::error(Code::Cancelled, "interrupted");
  }
  if (words.measure) options.setStrict(true);  // no new plan after a fault: it would not be the strategy's
  TRIREME_ASSIGN(auto rows, planAll(model, options, everyStrategy(options.settings().delegates), words.strict));
  Report report{rows, least(rows, predicted)};
  output.text(predictedText(report));

  Json document = documentHead("plan");
  document["model"] = modelJson(*model, words.path, *graph);
  document["options"] = optionsJson(named, *report.bestPredicted->compiled, words.threads);
  document["options"].erase("strategy");
  Measured facts;
  if (words.measure) {
    TRIREME_ASSIGN(facts, measureRows(words, model, options.settings(), rows));
    report.bestMeasured = least(rows, measured);
    output.text(measuredText(report, facts));
  }
  document["strategies"] = Json::array();
  for (const StrategyRow& row : rows) document["strategies"].push_back(rowJson(row, report));
  document["best_predicted"] = report.bestPredicted->name;
  document["best_measured"] = report.bestMeasured ? Json(report.bestMeasured->name) : Json(nullptr);
  document["rounds"] = words.measure ? Json(facts.rounds) : Json(nullptr);
  TRIREME_TRY(output.document(document));
  return judge(rows);
}

Ending planModel(const Words& words, const Output& output) {
  const Status usage = checkWords(words);
  if (!usage.ok()) return wrongUsage(usage);
  std::vector<std::string> named;
  const auto options = comparingOptions(words, output, named);
  if (!options.ok()) {
    return {options.status(), options.status().code() == Code::InvalidArgument ? kWrongUsage : kDone};
  }
  const Result<Ending> ending = compareStrategies(words, output, options.value(), named);
  return ending.ok() ? ending.value() : Ending{ending.status()};
}

}  // namespace

std::function<int()> declarePlan(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  declareModel(app, *words);
  declareInputs(app, words->inputs);
  declarePlanning(app, *words);
  app.remove_option(app.get_option("--strategy"));  // all of them
  app.remove_option(app.get_option("--tune"));      // all plan from the same costs
  declareOutput(app, words->output);
  app.add_flag("--compare", words->compare, "every strategy's plan for the same costs, side by side");
  app.add_flag(
      "--measure", words->measure,
      "measures the model's operators, plans from that, compares every plan's outputs with the CPU's, then times the "
      "plans in shuffled rounds; inputs that were not given are random");
  app.add_option("--rounds", words->rounds, "of --measure; default: 20")->check(CLI::Range(1, 100000))->type_name("N");
  return [words] {
    if (!settleModel(*words)) return kWrongUsage;
    const Ending ending = planModel(*words, Output(words->output));
    if (ending.status.ok()) return wasInterrupted() ? kInterrupted : kDone;
    const int code = Output::fail(ending.status);
    return ending.code == kDone || code == kInterrupted ? code : ending.code;
  };
}

}  // namespace trireme::tools
