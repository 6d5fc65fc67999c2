#pragma once

#include <functional>
#include <mutex>

#include "tools/bench_rows.h"
#include "tools/run_inputs.h"
#include "tools/trace_collector.h"

namespace trireme::tools {

struct BenchRules {
  InputWords inputs;
  size_t minRuns = 50;
  double seconds = 1;  // of timed runs, a configuration
  uint64_t seed = 1;   // of the orders
  bool verify = true;
  bool strict = false;                  // a device that fails ends everything; else only its row
  TraceCollector* collector = nullptr;  // the sink of the configurations' options, where calls are wanted
  std::function<void(double share, std::string_view what)> progress = [](double, std::string_view) {};
};

// Opens what `word` names. Fills all of the result but its rows.
Result<BenchModel> openBenchModel(const std::string& word, std::string_view signature);

// Plans, verifies, warms up and times every configuration of the model; each a row. `mutex` is held wherever the rows
// change, and a row's times change by whole blocks, so whoever holds it may report them at any moment. A configuration
// that cannot be planned, fails or is out of bounds is a row that says so. A failure: Cancelled by an interrupt (the
// rows hold what was measured), the inputs are wrong, no configuration can be planned, or, if strict, a device failed.
Status measureModel(BenchModel& model, std::span<const BenchConfiguration> configurations, const BenchRules& rules,
                    std::mutex& mutex);

}  // namespace trireme::tools
