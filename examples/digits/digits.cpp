// Runs several forms of a digit classifier over the same digits: accuracy, agreement, images a second.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "trireme/trireme.h"

namespace {

using trireme::Code;
using trireme::Status;

constexpr size_t kPixels = 28 * 28;

struct Arguments {
  std::string images, labels, json;
  std::vector<std::string> models, delegates;
};

struct Answers {
  std::string model, partitions;
  std::vector<int> classes;  // one a digit
  double seconds = 0;        // for all of them
};

trireme::Result<std::vector<uint8_t>> readBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.good() && !file.eof()) return Status::error(Code::Io, fmt::format("cannot read '{}'", path));
  if (bytes.empty()) return Status::error(Code::Io, fmt::format("'{}' is missing or empty", path));
  return bytes;
}

// A digit as the form wants it: float32 in [0, 1], int8 less 128, uint8 as it is.
Status writeDigit(std::span<const uint8_t> digit, trireme::TensorView input) {
  if (input.type->shape.elements() != int64_t{kPixels}) {
    return Status::error(Code::InvalidModel,
                         fmt::format("the model wants {}, a digit is 28x28", input.type->shape.text()));
  }
  if (const auto floats = input.as<float>(); floats.ok()) {
    std::transform(digit.begin(), digit.end(), floats.value().begin(), [](uint8_t p) { return float(p) / 255; });
  } else if (const auto codes = input.as<int8_t>(); codes.ok()) {
    std::transform(digit.begin(), digit.end(), codes.value().begin(), [](uint8_t p) { return int8_t(p - 128); });
  } else {
    TRIREME_ASSIGN(const std::span<uint8_t> plain, input.as<uint8_t>());
    std::copy(digit.begin(), digit.end(), plain.begin());
  }
  return {};
}

template <class T>
int bestOf(std::span<const T> scores) {
  return int(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

trireme::Result<int> readClass(trireme::TensorView output) {
  if (const auto floats = output.as<const float>(); floats.ok()) return bestOf(floats.value());
  if (const auto codes = output.as<const int8_t>(); codes.ok()) return bestOf(codes.value());
  TRIREME_ASSIGN(const auto plain, output.as<const uint8_t>());
  return bestOf(plain);
}

std::string describePartitions(const trireme::CompiledModel& compiled) {
  std::string text;
  for (const trireme::PlannedPartition& partition : compiled.plan().partitions) {
    text += fmt::format("{}{} {} nodes", text.empty() ? "" : ", ",
                        compiled.delegates()[partition.delegate]->info().name, partition.nodes.size());
  }
  return text;
}

trireme::Result<Answers> classify(const std::string& path, const trireme::Options& options,
                                  std::span<const uint8_t> images) {
  TRIREME_ASSIGN(auto model, trireme::Model::fromFile(path));
  TRIREME_ASSIGN(const auto interpreter, trireme::Interpreter::create(std::move(model), options));
  Answers answers{path, describePartitions(interpreter->compiled()), {}, 0};
  const auto begin = std::chrono::steady_clock::now();
  for (size_t at = 0; at < images.size(); at += kPixels) {
    TRIREME_ASSIGN(const auto input, interpreter->frame().input(0));
    TRIREME_TRY(writeDigit(images.subspan(at, kPixels), input));
    TRIREME_TRY(interpreter->invoke());
    TRIREME_ASSIGN(const auto output, interpreter->frame().output(0));
    TRIREME_ASSIGN(const int answer, readClass(output));
    answers.classes.push_back(answer);
  }
  answers.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return answers;
}

nlohmann::json describe(const Answers& answers, const Answers& first, std::span<const uint8_t> labels) {
  const auto count = double(labels.size());
  size_t correct = 0, same = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    correct += answers.classes[i] == labels[i];
    same += answers.classes[i] == first.classes[i];
  }
  return {{"model", answers.model},
          {"correct", correct},
          {"accuracy", double(correct) / count},
          {"agreement", double(same) / count},
          {"partitions", answers.partitions},
          {"ms", answers.seconds * 1e3 / count},
          {"images_per_second", count / answers.seconds}};
}

trireme::Result<trireme::Options> optionsOf(const std::vector<std::string>& delegates) {
  trireme::Options options;
  for (const std::string& spec : delegates) {
    if (spec == "auto") {
      TRIREME_TRY(trireme::addUsableDelegates(options));
      continue;
    }
    TRIREME_ASSIGN(auto delegate, trireme::createDelegate(spec));
    options.addDelegate(std::move(delegate));
  }
  return options;
}

Status run(const Arguments& arguments) {
  TRIREME_ASSIGN(const trireme::Options options, optionsOf(arguments.delegates));
  TRIREME_ASSIGN(const std::vector<uint8_t> images, readBytes(arguments.images));
  TRIREME_ASSIGN(const std::vector<uint8_t> labels, readBytes(arguments.labels));
  if (images.size() != labels.size() * kPixels) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("{} labels want {} bytes of digits, '{}' has {}", labels.size(),
                                     labels.size() * kPixels, arguments.images, images.size()));
  }
  std::vector<Answers> forms;
  nlohmann::json document = {{"digits", labels.size()}, {"models", nlohmann::json::array()}};
  for (const std::string& model : arguments.models) {
    TRIREME_ASSIGN(forms.emplace_back(), classify(model, options, images));
    document["models"].push_back(describe(forms.back(), forms.front(), labels));
    const auto& row = document["models"].back();
    fmt::print("{}: {} of {} right, {:.0f} images/s\n", model, row["correct"].get<size_t>(), labels.size(),
               row["images_per_second"].get<double>());
  }
  if (arguments.json.empty()) return {};
  std::ofstream file(arguments.json);
  file << document.dump(1) << std::flush;
  return file.good() ? Status() : Status::error(Code::Io, fmt::format("cannot write '{}'", arguments.json));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Runs forms of a digit classifier over the same digits.");
  app.add_option("--images", arguments.images, "digits, 28 x 28 bytes each, 255 for ink")->required();
  app.add_option("--labels", arguments.labels, "their classes, a byte each")->required();
  app.add_option("--json", arguments.json, "where the figures go");
  app.add_option("--delegate", arguments.delegates, "as of the trireme program; repeatable")->allow_extra_args(false);
  app.add_option("MODEL", arguments.models, ".tflite files")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const Status status = run(arguments);
  if (status.ok()) return 0;
  fmt::print(stderr, "digits: {}\n", status.message());
  return status.code() == Code::DeviceLost || status.code() == Code::DeadlineExceeded ? 3 : 1;
}
