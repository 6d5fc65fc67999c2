#pragma once

#include <string>
#include <vector>

#include "tools/output.h"
#include "trireme/trireme.h"

namespace CLI {
class App;
}

namespace trireme::tools {

// The words that commands on a model share, as they stand on the command line.
struct ModelOptions {
  std::string path;
  OutputOptions output;
  std::vector<std::string> delegates;  // as given
  std::string strategy, signature, deviceTimeout;
  std::vector<std::string> pins, forbidden;
  std::string cache;  // a folder, or off; empty: the user's
  int threads = 0;
  uint32_t minNodes = 1, maxPartitions = UINT32_MAX;
  bool strict = false, tune = false;
};
// Of every command: --json, --quiet, --verbose.
void declareOutput(CLI::App& app, OutputOptions& options);
// MODEL.
void declareModel(CLI::App& app, ModelOptions& options);
// --delegate, --threads, --cache, --device-timeout, --strict, --signature.
void declareDelegates(CLI::App& app, ModelOptions& options);
// These, and --strategy, --pin, --forbid, --min-nodes, --max-partitions, --tune.
void declarePlanning(CLI::App& app, ModelOptions& options);
// After parsing: "--json MODEL" read MODEL as the JSON's file. False, said on standard error, when MODEL is missing.
bool settleModel(ModelOptions& options);

// Options of the library for these words. Without --strict an unusable delegate is a warning, `auto` takes what there
// is. `named` gets the delegates as reports name them, auto resolved, ["cpu"] when none.
Result<Options> planningOptions(const ModelOptions& words, const Output& output, std::vector<std::string>& named);

// Where costs are kept: what --cache says, else the user's cache folder by the XDG rules. Empty: nowhere.
std::filesystem::path cacheFolder(const std::string& word);
// How reports name the delegate of a word: NAME[:VARIANT], without its keys.
std::string delegateNameOf(const std::string& spec);
// Whether the words' strategy is one that exists, and its delegate one of `named`.
Status checkStrategy(const ModelOptions& words, const std::vector<std::string>& named);

// Splits "WHERE=WHAT" at the last '=', or at the first "=@" where there is one. Empty pair: no '='.
std::pair<std::string, std::string> splitAtEquals(const std::string& word);

}  // namespace trireme::tools
