#include "tools/bench_configurations.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/processor.h"
#include "tools/describe.h"

namespace trireme::tools {
namespace {

constexpr int kMostThreads = 1024;
constexpr std::string_view kCpu = "cpu";

template <class T>
void addOnce(std::vector<T>& list, T one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(std::move(one));
}

// The words with "auto" resolved, each once.
std::vector<std::string> specsOf(const std::vector<std::string>& words) {
  std::vector<std::string> specs;
  for (const std::string& word : words) {
    if (word != "auto") {
      addOnce(specs, word);
      continue;
    }
    for (const DelegateListing& one : listDelegates()) {
      if (one.usable.ok() && one.spec != kCpu) addOnce(specs, one.spec);
    }
  }
  return specs;
}

// The delegates for one number of CPU threads, the CPU at the end; and the words of those that could be made.
struct Devices {
  std::vector<std::string> specs;
  std::vector<std::shared_ptr<Delegate>> delegates;  // one a spec
  std::shared_ptr<Delegate> cpu;
};

Result<Devices> devicesFor(ModelOptions words, const Output& output) {
  Devices devices;
  for (const std::string& spec : std::vector<std::string>(words.delegates)) {
    words.delegates = {spec};
    std::vector<std::string> named;
    TRIREME_ASSIGN(const Options options, planningOptions(words, output, named));
    if (options.settings().delegates.empty()) continue;  // missing, and said so
    const std::shared_ptr<Delegate>& made = options.settings().delegates[0];
    devices.specs.push_back(spec);
    devices.delegates.push_back(made);
    if (delegateNameOf(spec) != kCpu) continue;
    if (devices.cpu) {
      return Status::error(Code::InvalidArgument,
                           fmt::format("--delegate {}: the CPU is named twice; a run has one CPU", spec));
    }
    devices.cpu = made;
  }
  if (!devices.cpu) {
    CpuOptions cpu;
    cpu.threads = words.threads;
    TRIREME_ASSIGN(devices.cpu, createCpuDelegate(cpu));
  }
  return devices;
}

std::vector<std::string> strategiesOf(const BenchWords& words) {
  std::vector<std::string> strategies;
  for (const std::string& one : words.strategies) addOnce(strategies, one);
  if (strategies.empty()) strategies.emplace_back("optimal");
  return strategies;
}

Status checkStrategies(const BenchWords& words, const std::vector<std::string>& strategies, const Devices& devices) {
  std::vector<std::string> named;
  for (const std::string& spec : devices.specs) named.push_back(delegateNameOf(spec));
  ModelOptions one = words;
  for (const std::string& strategy : strategies) {
    one.strategy = strategy;
    TRIREME_TRY(checkStrategy(one, named));
  }
  return {};
}

// Settings that hang on neither delegates nor strategy nor threads.
Result<Options> commonOptions(const BenchWords& words, const Output& output) {
  ModelOptions bare = words;
  bare.delegates.clear();
  std::vector<std::string> named;
  TRIREME_ASSIGN(Options options, planningOptions(bare, output, named));
  options.setStrict(true);
  if (!words.output.verbose) options.setLog({});  // each row tells of itself
  return options;
}

BenchConfiguration configurationOf(const Options& common, const Devices& devices, std::span<const size_t> set,
                                   const std::string& strategy, int threads) {
  BenchConfiguration result;
  result.strategy = strategy;
  result.threads = threads;
  result.options = common;
  result.options.setStrategy(strategy).setThreads(threads);
  for (const size_t i : set) {
    result.specs.push_back(devices.specs[i]);
    result.delegates.push_back(delegateNameOf(devices.specs[i]));
    result.options.addDelegate(devices.delegates[i]);
  }
  result.options.addDelegate(devices.cpu);
  if (!set.empty()) return result;
  result.delegates.emplace_back(kCpu);
  const auto isCpu = [](const std::string& spec) { return delegateNameOf(spec) == kCpu; };
  const auto cpu = std::find_if(devices.specs.begin(), devices.specs.end(), isCpu);
  result.specs.push_back(cpu == devices.specs.end() ? std::string(kCpu) : *cpu);
  return result;
}

}  // namespace

std::vector<std::vector<size_t>> delegateSets(std::span<const std::string> specs) {
  std::vector<size_t> all;
  for (size_t i = 0; i < specs.size(); ++i) {
    const auto before = specs.first(i);
    const bool seen = std::find(before.begin(), before.end(), specs[i]) != before.end();
    if (!seen && delegateNameOf(specs[i]) != kCpu) all.push_back(i);
  }
  std::vector<std::vector<size_t>> sets{{}};
  for (const size_t one : all) sets.push_back({one});
  if (all.size() > 1) sets.push_back(std::move(all));
  return sets;
}

Result<std::vector<int>> threadCounts(const std::string& word) {
  if (word.empty()) return std::vector<int>{base::usableCores()};
  std::vector<int> counts;
  for (const char* at = word.data();; ++at) {
    int count = 0;
    const auto [end, error] = std::from_chars(at, word.data() + word.size(), count);
    const bool last = end == word.data() + word.size();
    if (error != std::errc() || count < 1 || count > kMostThreads || (!last && *end != ',')) {
      return Status::error(
          Code::InvalidArgument,
          fmt::format("--threads {}: expected numbers from 1 to {}, with commas between them", word, kMostThreads));
    }
    addOnce(counts, count);
    if (last) return counts;
    at = end;
  }
}

Result<std::vector<BenchConfiguration>> configurationsOf(const BenchWords& words, const Output& output) {
  BenchWords settled = words;
  settled.delegates = specsOf(words.delegates);
  TRIREME_ASSIGN(const std::vector<int> counts, threadCounts(words.threadList));
  TRIREME_ASSIGN(const Options common, commonOptions(words, output));
  const std::vector<std::string> strategies = strategiesOf(words);
  std::map<int, Devices> devices;
  for (const int threads : counts) {
    settled.threads = threads;
    TRIREME_ASSIGN(Devices made, devicesFor(settled, output));
    TRIREME_TRY(checkStrategies(settled, strategies, made));
    settled.delegates = made.specs;  // what is missing was said once
    devices.emplace(threads, std::move(made));
  }
  std::vector<BenchConfiguration> result;
  for (const std::vector<size_t>& set : delegateSets(settled.delegates)) {
    for (const std::string& strategy : strategies) {
      for (const int threads : counts) {
        result.push_back(configurationOf(common, devices.at(threads), set, strategy, threads));
      }
    }
  }
  return result;
}

std::string configurationText(const BenchConfiguration& configuration) {
  return fmt::format("{}, {}, {} thread{}", fmt::join(configuration.delegates, " + "), configuration.strategy,
                     configuration.threads, configuration.threads == 1 ? "" : "s");
}

}  // namespace trireme::tools
