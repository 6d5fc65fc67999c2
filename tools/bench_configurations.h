#pragma once

#include <span>

#include "tools/model_options.h"

namespace trireme::tools {

// What `bench` times of every model: a set of delegates, a strategy, a number of CPU threads.
struct BenchConfiguration {
  std::vector<std::string> delegates;  // as reports name them, without the CPU; {"cpu"}: the CPU alone
  std::vector<std::string> specs;      // the same with their keys, as on the command line
  std::string strategy;
  int threads = 1;
  Options options;  // all of the above; strict: a plan made after a fault would not be the configuration's
};
struct BenchWords : ModelOptions {
  std::vector<std::string> models, strategies;
  std::string threadList;
};

// The sets of delegates, by their places in `specs`: none (the CPU alone), each, all of them. A word that stands twice
// counts once; the CPU is in every set and counts for none.
std::vector<std::vector<size_t>> delegateSets(std::span<const std::string> specs);
// "1,2" as numbers, each once. InvalidArgument says what was expected. Empty: the cores that this process may use.
Result<std::vector<int>> threadCounts(const std::string& word);
// Every combination. Those with the same number of threads share their delegates, so that they share prices too.
// InvalidArgument: a word that is wrong; else a device that is missing and was required.
Result<std::vector<BenchConfiguration>> configurationsOf(const BenchWords& words, const Output& output);
// "emulated:npu-int8, optimal, 2 threads".
std::string configurationText(const BenchConfiguration& configuration);

}  // namespace trireme::tools
