#include "tools/model_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "core/plan/strategy.h"

namespace trireme::tools {
namespace {

Status wrongWord(std::string_view option, std::string_view word, std::string_view wanted) {
  return Status::error(Code::InvalidArgument, fmt::format("{} {}: expected {}", option, word, wanted));
}

Status setDeviceTimeout(const std::string& word, Options& options) {
  if (word.empty()) return {};
  if (word == "off") {
    options.setDeviceTimeout(std::chrono::nanoseconds::max());
    return {};
  }
  double seconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (error != std::errc() || end != word.data() + word.size() || !(seconds > 0) || seconds > 1e6) {
    return wrongWord("--device-timeout", word, "a number of seconds above 0, or off");
  }
  options.setDeviceTimeout(std::chrono::nanoseconds(int64_t(seconds * 1e9)));
  return {};
}

Status addDelegates(const ModelOptions& words, const Output& output, Options& options,
                    std::vector<std::string>& named) {
  for (const std::string& spec : words.delegates) {
    if (spec == "auto") {
      const size_t before = options.settings().delegates.size();
      TRIREME_TRY(addUsableDelegates(options));
      for (size_t i = before; i < options.settings().delegates.size(); ++i) {
        named.push_back(options.settings().delegates[i]->info().name);
      }
      continue;
    }
    DelegateDefaults defaults;
    defaults.threads = words.threads;
    defaults.cacheDirectory = options.settings().cacheDirectory;
    defaults.log = options.settings().log;
    auto delegate = createDelegate(spec, defaults);
    if (delegate.ok()) {
      options.addDelegate(std::move(delegate).value());
      named.push_back(delegateNameOf(spec));
      continue;
    }
    // A word that is wrong stays wrong; a device that is missing is the machine's affair.
    const Code code = delegate.status().code();
    const bool missing = code == Code::DeviceLost || code == Code::Unsupported || code == Code::OutOfMemory;
    if (!missing) return delegate.status().during(fmt::format("--delegate {}", spec));
    if (words.strict) {
      return Status::error(Code::DeviceLost, fmt::format("--delegate {}: {}", spec, delegate.status().message()));
    }
    output.warning(fmt::format("delegate {} is left out: {}", spec, delegate.status().message()));
  }
  if (named.empty()) named.push_back("cpu");
  return {};
}

}  // namespace

std::string delegateNameOf(const std::string& spec) { return spec.substr(0, spec.find(',')); }

Status checkStrategy(const ModelOptions& words, const std::vector<std::string>& named) {
  constexpr std::string_view kSingle = "single:";
  if (words.strategy.empty()) return {};
  for (const plan::Strategy& one : plan::strategyList()) {
    if (!one.takesDelegate && words.strategy == one.name) return {};
  }
  if (!words.strategy.starts_with(kSingle)) {
    return wrongWord("--strategy", words.strategy, fmt::format("one of {}", plan::strategyNames()));
  }
  const std::string wanted = words.strategy.substr(kSingle.size());
  if (wanted == "cpu" || std::find(named.begin(), named.end(), wanted) != named.end()) return {};
  const auto isWanted = [&](const std::string& spec) { return delegateNameOf(spec) == wanted; };
  if (std::any_of(words.delegates.begin(), words.delegates.end(), isWanted)) {
    return Status::error(Code::DeviceLost, fmt::format("--strategy {}: that delegate is not usable", words.strategy));
  }
  std::string known = "cpu";
  for (const std::string& name : named) known += name == "cpu" ? "" : ", " + name;
  return wrongWord("--strategy", words.strategy, fmt::format("single:NAME of {}", known));
}

std::pair<std::string, std::string> splitAtEquals(const std::string& word) {
  const size_t at = word.find("=@");
  if (at != std::string::npos) return {word.substr(0, at), word.substr(at + 2)};
  const size_t last = word.rfind('=');
  if (last == std::string::npos) return {};
  return {word.substr(0, last), word.substr(last + 1)};
}

void declareOutput(CLI::App& app, OutputOptions& options) {
  app.add_option_function<std::string>(
         "--json",
         [&options](const std::string& file) {
           options.json = true;
           options.jsonFile = file;
         },
         "JSON to FILE, or to standard output (then text goes to standard error)")
      ->expected(0, 1)
      ->type_name("[FILE]")
      ->trigger_on_parse();
  app.add_flag("--quiet", options.quiet, "no text");
  app.add_flag("--verbose", options.verbose, "more text");
}

void declareModel(CLI::App& app, ModelOptions& options) {
  app.add_option("MODEL", options.path, "a .tflite file, or zoo:NAME[:TYPE]");
}

void declareDelegates(CLI::App& app, ModelOptions& options) {
  app.add_option("--delegate", options.delegates,
                 "NAME[:VARIANT][,KEY=VALUE...] or auto, in order of preference; repeatable; the CPU is always last")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("D");
  app.add_option("--threads", options.threads, "CPU threads; default: the cores this process may use")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  app.add_option("--cache", options.cache,
                 "folder of calibrated costs, or off for none; default: the user's cache folder")
      ->type_name("DIR|off");
  app.add_option("--device-timeout", options.deviceTimeout,
                 "seconds after which a device counts as hung, or off; default: the larger of 2 s and 50 times the "
                 "prediction")
      ->type_name("S|off");
  app.add_flag("--strict", options.strict, "a failing or missing device is an error");
  app.add_option("--signature", options.signature, "the model's signature to run")->type_name("NAME");
}

void declarePlanning(CLI::App& app, ModelOptions& options) {
  declareDelegates(app, options);
  app.add_option("--strategy", options.strategy, "optimal (default), greedy, nnapi, per-op, single:NAME")
      ->type_name("S");
  app.add_option("--pin", options.pins,
                 "WHERE=D: a node index, a range 3-17 or a tensor name onto a delegate; repeatable")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("WHERE=D");
  app.add_option("--forbid", options.forbidden, "OP=D: never this operator on that delegate; repeatable")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("OP=D");
  app.add_option("--min-nodes", options.minNodes, "fewest nodes in a partition; the CPU is free of it")
      ->check(CLI::Range(1U, UINT32_MAX))
      ->type_name("N");
  app.add_option("--max-partitions", options.maxPartitions, "most partitions of one delegate; the CPU is free of it")
      ->check(CLI::Range(0U, UINT32_MAX))
      ->type_name("N");
  app.add_flag("--tune", options.tune,
               "first runs the plan on random inputs, corrects the costs and plans again, until the plan stays");
}

std::filesystem::path cacheFolder(const std::string& word) {
  if (word == "off") return {};
  if (!word.empty()) return word;
  const auto absolute = [](const char* name) {
    const char* value = std::getenv(name);
    const std::filesystem::path path = value ? value : "";
    return path.is_absolute() ? path : std::filesystem::path();
  };
  if (const auto folder = absolute("XDG_CACHE_HOME"); !folder.empty()) return folder / "trireme";
  const auto home = absolute("HOME");
  return home.empty() ? home : home / ".cache" / "trireme";
}

bool settleModel(ModelOptions& options) {
  if (options.path.empty() && !options.output.jsonFile.empty()) {
    options.path = std::move(options.output.jsonFile);
    options.output.jsonFile.clear();
  }
  if (options.path.empty()) fmt::print(stderr, "trireme: which MODEL? A path of a .tflite file is missing.\n");
  return !options.path.empty();
}

Result<Options> planningOptions(const ModelOptions& words, const Output& output, std::vector<std::string>& named) {
  Options options;
  options.setLog([output](std::string_view sentence) { output.warning(sentence); });
  options.setCacheDirectory(cacheFolder(words.cache)).setStrict(words.strict);
  TRIREME_TRY(addDelegates(words, output, options, named));
  TRIREME_TRY(checkStrategy(words, named));
  if (words.threads > 0) options.setThreads(words.threads);
  if (!words.strategy.empty()) options.setStrategy(words.strategy);
  if (!words.signature.empty()) options.setSignature(words.signature);
  options.setTuning(words.tune).setMinNodes(words.minNodes).setMaxPartitions(words.maxPartitions);
  TRIREME_TRY(setDeviceTimeout(words.deviceTimeout, options));
  for (const std::string& word : words.pins) {
    const auto [where, delegate] = splitAtEquals(word);
    if (where.empty() || delegate.empty()) return wrongWord("--pin", word, "WHERE=D");
    options.pin(where, delegate);
  }
  for (const std::string& word : words.forbidden) {
    const auto [op, delegate] = splitAtEquals(word);
    if (op.empty() || delegate.empty()) return wrongWord("--forbid", word, "OP=D");
    options.forbid(op, delegate);
  }
  return options;
}

}  // namespace trireme::tools
