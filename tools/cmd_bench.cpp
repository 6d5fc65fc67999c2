#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/bench_measure.h"
#include "tools/bench_report.h"
#include "tools/commands.h"
#include "tools/interrupt.h"
#include "tools/open_model.h"
#include "tools/process_counters.h"
#include "tools/progress_bar.h"

namespace trireme::tools {
namespace {

constexpr uint64_t kSeed = 1;  // of the inputs where --random names none, and of the blocks' orders
constexpr size_t kTraceRoom = size_t{1} << 16;

struct Words : BenchWords {
  InputWords inputs;
  std::string timing;
  size_t minRuns = 50;
  double seconds = 1;
  bool noVerify = false;
};

// What main() returns, beside a failure in words.
struct Ending {
  Status status;
  int code = kDone;
};

// All that was measured, told once: at the end, or, where an interrupt finds work that cannot be cancelled, by the
// program's last words. Models that are done are kept as they are reported, without their weights.
class BenchDocument {
 public:
  BenchDocument(const Words& words, const Output& output, ProgressBar& bar)
      : words_(words), output_(output), bar_(bar) {
    document_ = documentHead("bench");
    document_["options"] = {{"min_runs", words.minRuns}, {"seconds", words.seconds}, {"verify", !words.noVerify}};
    document_["models"] = Json::array();
    document_["results"] = Json::array();
  }

  std::mutex& mutex() { return mutex_; }

  void begin(BenchModel& model) {
    const std::lock_guard lock(mutex_);
    current_ = &model;
  }

  // The current model is over: says what is known of it.
  void end() {
    const std::lock_guard lock(mutex_);
    closeCurrent();
  }

  // The document, whole; only the first call writes it.
  Status tell() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(told_, true)) return {};
    closeCurrent();
    return output_.document(document_);
  }

  // Outputs that were out of bounds, in words; empty: none.
  const std::string& outOfBounds() const { return outOfBounds_; }

 private:
  void closeCurrent() {
    if (!current_) return;
    BenchModel& model = *std::exchange(current_, nullptr);
    const bool alone = words_.models.size() == 1 && model.rows.size() == 1 && words_.noVerify && model.loadSeconds;
    const auto peak = alone ? peakMemoryBytes() : std::nullopt;
    document_["models"].push_back(*model.facts);
    for (const BenchRow& row : model.rows) {
      document_["results"].push_back(benchRowJson(model, row, peak));
      if (!isOutOfBounds(row)) continue;
      outOfBounds_ += fmt::format("{}{}, {} ({} elements)", outOfBounds_.empty() ? "" : "; ", model.word,
                                  configurationText(*row.configuration), row.difference->mismatches);
    }
    bar_.clear();
    output_.text(benchText(model));
    std::fflush(output_.options().json && output_.options().jsonFile.empty() ? stderr : stdout);
  }

  const Words& words_;
  const Output& output_;
  ProgressBar& bar_;
  std::mutex mutex_;
  Json document_;
  BenchModel* current_ = nullptr;
  bool told_ = false;
  std::string outOfBounds_;
};

// One command's worth: outlives the last words, which may come at any moment.
struct Session {
  Words words;
  Output output;
  ProgressBar bar;
  TraceCollector collector;
  std::vector<BenchConfiguration> configurations;
  BenchModel model;  // the current one
  BenchDocument document;

  explicit Session(const Words& said)
      : words(said),
        output(said.output),
        bar(!said.output.quiet),
        collector(said.timing == "ops" ? kTraceRoom : 0),
        document(words, output, bar) {}
};

BenchRules rulesOf(Session& session, size_t number) {
  const Words& words = session.words;
  BenchRules rules;
  rules.inputs = words.inputs;
  if (!rules.inputs.seed) rules.inputs.seed = kSeed;
  rules.minRuns = words.minRuns;
  rules.seconds = words.seconds;
  rules.seed = kSeed;
  rules.verify = !words.noVerify;
  rules.strict = words.strict;
  rules.collector = words.timing == "ops" ? &session.collector : nullptr;
  rules.progress = [&session, number](double share, std::string_view what) {
    const std::vector<std::string>& models = session.words.models;
    session.bar.show((double(number) + share) / double(models.size()), fmt::format("{}: {}", models[number], what));
  };
  return rules;
}

Status benchModel(Session& session, size_t number) {
  const BenchRules rules = rulesOf(session, number);
  rules.progress(0, "loading");
  TRIREME_ASSIGN(session.model, openBenchModel(session.words.models[number], session.words.signature));
  session.document.begin(session.model);
  const Status status = measureModel(session.model, session.configurations, rules, session.document.mutex());
  session.document.end();
  return status.ok() ? status : status.during(session.words.models[number]);
}

Status checkModels(const Words& words) {
  for (const std::string& word : words.models) {
    const Status status = checkModelWord(word);
    if (!status.ok()) return status;
  }
  return {};
}

Ending bench(const std::shared_ptr<Session>& shared) {
  Session& session = *shared;
  auto configurations = configurationsOf(session.words, session.output);
  if (!configurations.ok()) {
    const Status& why = configurations.status();
    return {why, why.code() == Code::InvalidArgument ? kWrongUsage : kDone};
  }
  session.configurations = std::move(configurations).value();
  Status failure = checkModels(session.words);
  if (!failure.ok()) return {failure};
  setLastWords([shared] { (void)shared->document.tell(); });
  for (size_t i = 0; i < session.words.models.size() && !wasInterrupted(); ++i) {
    const Status status = benchModel(session, i);
    if (failure.ok()) failure = status;
    const bool device = status.code() == Code::DeviceLost || status.code() == Code::DeadlineExceeded;
    if (!status.ok() && session.words.strict && device) break;
  }
  const Status written = session.document.tell();
  setLastWords({});
  if (!written.ok()) return {written};
  if (!failure.ok() || session.document.outOfBounds().empty()) return {failure};
  return {Status::error(Code::Internal, "outputs out of bounds against the CPU's: " + session.document.outOfBounds()),
          kCheckFailed};
}

// "--json MODEL" read MODEL as the JSON's file.
bool settleModels(Words& words) {
  std::string& file = words.output.jsonFile;
  if (!file.empty() && (words.models.empty() || file.ends_with(".tflite") || isGenerated(file))) {
    words.models.insert(words.models.begin(), std::move(file));
    file.clear();
  }
  if (words.models.empty()) fmt::print(stderr, "trireme: which MODEL? A path of a .tflite file is missing.\n");
  return !words.models.empty();
}

}  // namespace

std::function<int()> declareBench(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  app.add_option("MODEL", words->models, ".tflite files, or zoo:NAME[:TYPE]");
  declareInputs(app, words->inputs);
  declarePlanning(app, *words);
  for (const char* single : {"--strategy", "--threads"})
    app.remove_option(app.get_option(single));  // here they are lists
  declareOutput(app, words->output);
  app.add_option("--strategy", words->strategies,
                 "optimal (default), greedy, nnapi, per-op, single:NAME; repeatable: each is timed")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("S");
  app.add_option("--threads", words->threadList,
                 "CPU threads, \"1,2\": each is timed; default: the cores this process may use")
      ->type_name("N,...");
  app.add_option("--min-runs", words->minRuns, "fewest timed runs of a configuration; default: 50")
      ->check(CLI::Range(size_t{1}, size_t{10'000'000}))
      ->type_name("N");
  app.add_option("--seconds", words->seconds, "of timed runs, a configuration; default: 1")
      ->check(CLI::Range(0.0, 1e5))
      ->type_name("S");
  app.add_flag("--no-verify", words->noVerify, "does not compare the outputs with the CPU's before timing");
  app.add_option("--timing", words->timing, "ops: times per kernel call too")->check(CLI::IsMember({"ops"}));
  return [words] {
    if (!settleModels(*words)) return kWrongUsage;
    const auto session = std::make_shared<Session>(*words);
    const Ending ending = bench(session);
    if (wasInterrupted()) return kInterrupted;
    if (ending.status.ok()) return kDone;
    const int code = Output::fail(ending.status);
    return ending.code == kDone ? code : ending.code;
  };
}

}  // namespace trireme::tools
