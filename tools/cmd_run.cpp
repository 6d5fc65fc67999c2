#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tools/commands.h"
#include "tools/interrupt.h"
#include "tools/labels.h"
#include "tools/npy.h"
#include "tools/open_model.h"
#include "tools/run_inputs.h"
#include "tools/run_timings.h"
#include "tools/tuning_text.h"
#include "tools/verify.h"

namespace trireme::tools {
namespace {

constexpr size_t kTraceRoom = size_t{1} << 18;

struct Words : ModelOptions {
  InputWords inputs;
  std::string outputDir, labels, timing, trace;
  std::vector<std::string> dumps;
  size_t top = 0;
  int repeat = 1;
  bool verify = false;
};

Status writeTensor(const std::filesystem::path& folder, const std::string& file, const TensorView& view) {
  TRIREME_ASSIGN(const std::vector<std::byte> bytes, npyBytes(*view.type, view.bytes));
  return writeFile(folder / file, bytes);
}

// The median frame of --repeat; every frame's spans stay in `all`.
Result<TimedFrame> runFrames(const Words& words, Interpreter& interpreter, TraceCollector* collector,
                             std::vector<TraceSpan>& all) {
  std::vector<TimedFrame> frames;
  const CancelOnInterrupt guard(interpreter);
  for (int i = 0; i < words.repeat; ++i) {
    if (collector) collector->clear();
    TRIREME_TRY(interpreter.invoke());
    frames.emplace_back(interpreter.frame().lastTimings(), collector ? collector->spans() : std::vector<TraceSpan>());
    all.insert(all.end(), frames.back().spans.begin(), frames.back().spans.end());
  }
  const auto middle = frames.begin() + ptrdiff_t(frames.size() / 2);
  std::nth_element(frames.begin(), middle, frames.end(),
                   [](const TimedFrame& a, const TimedFrame& b) { return a.wallUs() < b.wallUs(); });
  return std::move(*middle);
}

Json faultsJson(const Interpreter& interpreter) {
  Json list = Json::array();
  for (const Fault& fault : interpreter.faults()) {
    list.push_back({{"partition", fault.partition == kNoPartition ? Json(nullptr) : Json(fault.partition)},
                    {"delegate", fault.delegate},
                    {"message", fault.status.message()},
                    {"rerun_on", fault.ranOn}});
  }
  return list;
}

Json tensorHead(int index, std::string_view name, const TensorType& type) {
  return {{"index", index}, {"name", name}, {"type", dataTypeName(type.dtype)}, {"shape", shapeJson(type.shape)}};
}

// Files of --output-dir, and what the JSON says of the outputs.
Result<Json> saveOutputs(const Words& words, Interpreter& interpreter) {
  Json list = Json::array();
  for (int i = 0; i < interpreter.outputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().output(i));
    Json entry = tensorHead(i, interpreter.outputName(i), *view.type);
    entry["file"] = nullptr;
    if (!words.outputDir.empty()) {
      const std::string file = fmt::format("{:02}_{}.npy", i, safeName(interpreter.outputName(i)));
      TRIREME_TRY(writeTensor(words.outputDir, file, view));
      entry["file"] = (std::filesystem::path(words.outputDir) / file).string();
    }
    list.push_back(std::move(entry));
  }
  return list;
}

Result<Json> saveDumps(const Words& words, Interpreter& interpreter) {
  Json list = Json::array();
  for (const std::string& name : words.dumps) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().tensor(name));
    const std::string file = fmt::format("dump_{}.npy", safeName(name));
    TRIREME_TRY(writeTensor(words.outputDir, file, view));
    list.push_back({{"name", name},
                    {"type", dataTypeName(view.type->dtype)},
                    {"shape", shapeJson(view.type->shape)},
                    {"file", (std::filesystem::path(words.outputDir) / file).string()}});
  }
  return list;
}

// The best classes of every output that is one list of scores.
Result<Json> rankOutputs(const Words& words, Interpreter& interpreter, const Model& model, const Output& output) {
  Json classes = Json::array();
  std::vector<std::string> given;
  if (!words.labels.empty()) {
    TRIREME_ASSIGN(given, readLabels(words.labels));
  }
  for (int i = 0; i < interpreter.outputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().output(i));
    const Shape& shape = view.type->shape;
    if (shape.rank() == 0 || shape.elements() != shape.dim(shape.rank() - 1)) continue;
    const auto labels = given.empty() ? labelsOf(model, size_t(shape.elements())) : given;
    size_t rank = 0;
    for (const Ranked& best : topOf(*view.type, view.bytes, words.top)) {
      const bool known = best.index < labels.size();
      classes.push_back({{"output", i},
                         {"rank", ++rank},
                         {"class", best.index},
                         {"label", known ? Json(labels[best.index]) : Json(nullptr)},
                         {"score", best.score}});
      output.text(fmt::format("{:>3}. class {:<5} {:<32} {:.6f}\n", rank, best.index, known ? labels[best.index] : "",
                              best.score));
    }
  }
  if (classes.empty()) return Status::error(Code::InvalidArgument, "--top: no output of the model is a list of scores");
  return classes;
}

std::string describeOutputs(const Json& outputs) {
  std::string text;
  for (const Json& entry : outputs) {
    text += fmt::format("output {} '{}': {} {}", entry["index"].get<int>(), entry["name"].get<std::string>(),
                        entry["type"].get<std::string>(), entry["shape"].dump());
    text += entry["file"].is_null() ? "\n" : fmt::format(" -> {}\n", entry["file"].get<std::string>());
  }
  return text;
}

Status checkWords(const Words& words) {
  if (!words.dumps.empty() && words.outputDir.empty()) {
    return Status::error(Code::InvalidArgument, "--dump writes into --output-dir, which is missing");
  }
  if (!words.labels.empty() && words.top == 0) {
    return Status::error(Code::InvalidArgument, "--labels names the classes of --top, which is missing");
  }
  return {};
}

// What main() returns, beside a failure in words.
struct Ending {
  Status status;
  int code = kDone;
};

Ending finish(const Words& words, const Output& output, const std::shared_ptr<const Model>& model,
              Interpreter& interpreter, const Settings& settings, Json& document) {
  if (!words.verify) return {};
  const auto difference = verify(interpreter, model, settings);
  if (!difference.ok()) return {difference.status()};
  const Difference& d = difference.value();
  document["difference"] = differenceJson(d);
  output.text(fmt::format("against {}: largest difference {:g} ({:g} of the largest value), {} mismatches\n", d.against,
                          d.maxAbs, d.maxRel, d.mismatches));
  if (d.mismatches == 0) return {};
  return {Status::error(Code::Internal,
                        fmt::format("--verify: {} elements are out of bounds against {}", d.mismatches, d.against)),
          kCheckFailed};
}

Ending runModel(const Words& words, const Output& output) {
  Ending usage{checkWords(words), kWrongUsage};
  if (!usage.status.ok()) return usage;
  std::vector<std::string> named;
  auto planned = planningOptions(words, output, named);
  if (!planned.ok()) return {planned.status(), planned.status().code() == Code::InvalidArgument ? kWrongUsage : kDone};
  Options options = std::move(planned).value();
  std::unique_ptr<TraceCollector> collector;
  if (!words.trace.empty() || words.timing == "ops") {
    collector = std::make_unique<TraceCollector>(kTraceRoom);
    options.setTrace(collector.get());
  }
  for (const std::string& name : words.dumps) options.preserveTensor(name);

  Json document = documentHead("run");
  const auto body = [&](Ending& ending) -> Status {
    TRIREME_ASSIGN(const auto model, openModel(words.path));
    TRIREME_TRY(resizeToArrays(words.inputs, *model, words.signature, options));
    TRIREME_ASSIGN(const auto interpreter, Interpreter::create(model, options));
    TRIREME_TRY(fillInputs(words.inputs, *interpreter));
    if (!words.outputDir.empty()) TRIREME_TRY(makeFolder(words.outputDir));
    std::vector<TraceSpan> spans = collector ? collector->spans() : std::vector<TraceSpan>();
    TRIREME_ASSIGN(const TimedFrame frame, runFrames(words, *interpreter, collector.get(), spans));
    const CompiledModel& compiled = interpreter->compiled();
    TRIREME_ASSIGN(const Graph* graph, chosenGraph(*model, words.signature));
    document["model"] = modelJson(*model, words.path, *graph);
    document["options"] = optionsJson(named, compiled, words.threads);
    Json inputs = Json::array();
    for (int i = 0; i < interpreter->inputCount(); ++i) {
      TRIREME_ASSIGN(const TensorView view, interpreter->frame().input(i));
      inputs.push_back(tensorHead(i, interpreter->inputName(i), *view.type));
    }
    document["inputs"] = std::move(inputs);
    TRIREME_ASSIGN(document["outputs"], saveOutputs(words, *interpreter));
    if (words.top > 0) {
      TRIREME_ASSIGN(document["classes"], rankOutputs(words, *interpreter, *model, output));
    }
    if (!words.dumps.empty()) {
      TRIREME_ASSIGN(document["dumps"], saveDumps(words, *interpreter));
    }
    document["plan"] = planJson(compiled);
    document["timings"] = timingsJson(frame, compiled, words.timing == "ops");
    document["faults"] = faultsJson(*interpreter);
    document["tuning"] = tuningJson(compiled);
    for (const Fault& fault : interpreter->faults()) {
      output.warning(fmt::format("delegate {} failed ({}); the frame ran again on {}", fault.delegate,
                                 fault.status.message(), fmt::join(fault.ranOn, ", ")));
    }
    if (words.top == 0 || words.output.verbose) output.text(describeOutputs(document["outputs"]));
    output.text(tuningText(compiled) + timingsText(frame, compiled, words.timing == "ops"));
    if (!words.trace.empty()) TRIREME_TRY(writeFile(words.trace, chromeTrace(spans, compiled).dump()));
    if (collector && collector->dropped() > 0) {
      output.warning(fmt::format("a frame has more than {} spans; {} were not kept", kTraceRoom, collector->dropped()));
    }
    ending = finish(words, output, model, *interpreter, options.settings(), document);
    return ending.status;
  };
  Ending ending;
  const Status status = body(ending);
  if (ending.code == kCheckFailed || status.ok()) {
    const Status written = output.document(document);
    if (!written.ok()) return {written};
  }
  return {status, ending.code};
}

}  // namespace

std::function<int()> declareRun(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  declareModel(app, *words);
  declareInputs(app, words->inputs);
  declarePlanning(app, *words);
  declareOutput(app, words->output);
  app.add_option("--output-dir", words->outputDir, "writes NN_<safe name>.npy for each output")->type_name("DIR");
  app.add_option("--top", words->top, "the K best classes of every output that is a list of scores")
      ->check(CLI::Range(1, 100000))
      ->type_name("K");
  app.add_option("--labels", words->labels, "a name a line, for --top; default: the model's own label file")
      ->type_name("FILE");
  app.add_flag("--verify", words->verify, "compares with the CPU; the CPU alone: with the reference kernels");
  app.add_option("--dump", words->dumps, "writes an inner tensor into --output-dir as dump_<safe name>.npy; repeatable")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("TENSOR");
  app.add_option("--timing", words->timing, "ops: times per kernel call too")->check(CLI::IsMember({"ops"}));
  app.add_option("--trace", words->trace, "Chrome's trace format, for chrome://tracing and Perfetto")
      ->type_name("FILE");
  app.add_option("--repeat", words->repeat, "runs N times and reports the median one")
      ->check(CLI::Range(1, 1000000))
      ->type_name("N");
  return [words] {
    if (!settleModel(*words)) return kWrongUsage;
    const Ending ending = runModel(*words, Output(words->output));
    if (ending.status.ok()) return wasInterrupted() ? kInterrupted : kDone;
    const int code = Output::fail(ending.status);
    return ending.code == kDone || code == kInterrupted ? code : ending.code;
  };
}

}  // namespace trireme::tools
