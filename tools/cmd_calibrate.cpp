#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/plan/time_text.h"
#include "tools/calibrating.h"
#include "tools/commands.h"
#include "tools/describe.h"
#include "tools/interrupt.h"
#include "tools/open_model.h"

namespace trireme::tools {
namespace {

// Between them they hold most operators of image networks, in float32 and in int8.
constexpr std::array kDefaultModels = {"zoo:mobilenet_v3_large", "zoo:mobilenet_v3_large:int8", "zoo:squeezenet_1_1",
                                       "zoo:squeezenet_1_1:int8"};

struct Words : ModelOptions {
  InputWords inputs;
  std::vector<std::string> models;
};

// "--json MODEL" reads MODEL as the JSON's file, which would be written over it.
void settleModels(Words& words) {
  std::string& file = words.output.jsonFile;
  if (!file.ends_with(".tflite") && !file.starts_with("zoo:")) return;
  words.models.insert(words.models.begin(), std::move(file));
  file.clear();
}

Json orNull(const std::optional<double>& value, double scale = 1) { return value ? Json(*value * scale) : Json(); }

Json delegateJson(const DelegateCalibration& one) {
  const bool measured = one.operators > 0;
  return {{"name", one.delegate},
          {"device", one.device},
          {"measurable", one.measurable},
          {"operators", one.operators},
          {"measured_us", measured ? Json(one.measuredSeconds * 1e6) : Json()},
          {"estimated_us", measured ? Json(one.estimatedSeconds * 1e6) : Json()},
          {"start_us", orNull(one.startSeconds, 1e6)},
          {"copy_us", orNull(one.copyStartSeconds, 1e6)},
          {"copy_bytes_per_second", orNull(one.copyBytesPerSecond)},
          {"spread", measured ? Json(one.spread) : Json()},
          {"copy_residual", one.copyStartSeconds ? Json(one.copyResidual) : Json()},
          {"failure", one.status.ok() ? Json() : Json(one.status.message())}};
}

std::string delegateText(const DelegateCalibration& one) {
  std::string text = fmt::format("{}  {}\n", one.delegate, one.device);
  if (!one.measurable) return text + "  its times come from a model: nothing to measure\n";
  if (one.operators > 0) {
    text += fmt::format("  operators   {} different ones: {} in all; estimated {} ({:+.0f} %)\n", one.operators,
                        plan::timeText(one.measuredSeconds), plan::timeText(one.estimatedSeconds),
                        100 * (one.estimatedSeconds - one.measuredSeconds) / one.measuredSeconds);
  }
  if (one.operators > 0) text += fmt::format("  spread      {:.1f} % between turns of measuring\n", 100 * one.spread);
  if (one.startSeconds) text += fmt::format("  partitions  {} to start one\n", plan::timeText(*one.startSeconds));
  if (one.copyStartSeconds) {
    text += fmt::format("  copies      {}", plan::timeText(*one.copyStartSeconds));
    if (one.copyBytesPerSecond) text += fmt::format(" and {:.2f} GB/s", *one.copyBytesPerSecond / 1e9);
    text += fmt::format(" (measured ones are within {:.0f} % of that)\n", 100 * one.copyResidual);
  }
  if (!one.status.ok()) text += fmt::format("  not all: {}\n", one.status.message());
  return text;
}

// With --strict the first failure of a delegate; always that of the CPU, which no other can stand in for.
Status verdict(const Words& words, const CalibrationReport& report, const Output& output) {
  for (size_t i = 0; i < report.delegates.size(); ++i) {
    const DelegateCalibration& one = report.delegates[i];
    if (one.status.ok()) continue;
    const bool isCpu = one.delegate == "cpu";
    if (words.strict || isCpu) return one.status.during(fmt::format("calibrating {}", one.delegate));
    output.warning(fmt::format("calibrating {}: {}", one.delegate, one.status.message()));
  }
  return {};
}

Status calibrateModels(const Words& words, const Output& output, const Options& options,
                       const std::vector<std::string>& named) {
  std::vector<std::string> paths = words.models;
  if (paths.empty()) paths.assign(kDefaultModels.begin(), kDefaultModels.end());
  std::vector<std::shared_ptr<const Model>> models;
  for (const std::string& path : paths) {
    TRIREME_ASSIGN(auto model, openModel(path));
    models.push_back(std::move(model));
  }
  TRIREME_ASSIGN(const CalibrationReport report,
                 calibrate(models, options, calibrationHooks(words.inputs, words.output.quiet)));
  clearProgress(words.output.quiet);
  Json document = documentHead("calibrate");
  document["models"] = paths;
  document["options"] = {{"delegates", named},
                         {"threads", words.threads > 0 ? Json(words.threads) : document["machine"]["cores"]}};
  document["file"] = report.file.string();
  document["delegates"] = Json::array();
  std::string text;
  for (const DelegateCalibration& one : report.delegates) {
    document["delegates"].push_back(delegateJson(one));
    text += delegateText(one);
  }
  document["stopped"] = report.stopped;
  output.text(text + fmt::format("kept in {}\n", report.file.string()));
  TRIREME_TRY(output.document(document));
  return report.stopped ? Status() : verdict(words, report, output);
}

int runCalibrate(Words& words) {
  settleModels(words);
  const Output output(words.output);
  std::vector<std::string> named;
  auto options = planningOptions(words, output, named);
  if (options.ok() && options.value().settings().cacheDirectory.empty()) {
    options = Status::error(Code::InvalidArgument,
                            words.cache == "off" ? "calibrate keeps costs, so --cache off leaves nothing to do"
                                                 : "there is no cache folder: HOME is not set; name one by --cache");
  }
  if (!options.ok()) {
    const int code = Output::fail(options.status());
    return options.status().code() == Code::InvalidArgument ? kWrongUsage : code;
  }
  const Status status = calibrateModels(words, output, options.value(), named);
  if (!status.ok()) return Output::fail(status);
  return wasInterrupted() ? kInterrupted : kDone;
}

}  // namespace

std::function<int()> declareCalibrate(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  app.add_option("MODEL", words->models,
                 "whose operators are measured: .tflite files, or zoo:NAME[:TYPE]; default: four networks of the zoo");
  declareInputs(app, words->inputs);
  declareDelegates(app, *words);
  declareOutput(app, words->output);
  return [words] { return runCalibrate(*words); };
}

}  // namespace trireme::tools
