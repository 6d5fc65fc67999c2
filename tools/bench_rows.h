#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>

#include "tools/bench_configurations.h"
#include "tools/verify.h"

namespace trireme::tools {

// What was measured of one configuration of one model. Times are seconds.
struct BenchRow {
  const BenchConfiguration* configuration = nullptr;
  Status refused;                                 // why there is no plan, or why it was not timed
  std::shared_ptr<const CompiledModel> compiled;  // null where there is no plan
  std::optional<Difference> difference;           // of its outputs to the CPU's
  std::optional<double> compileSeconds, prepareSeconds, firstSeconds;
  size_t warmUpRuns = 0;
  bool steady = false;                                                 // the warm-up ended because of it
  std::vector<double> seconds;                                         // a timed run each, of whole blocks
  std::vector<std::vector<double>> steps;                              // a step of the plan: a time a run
  std::map<std::pair<uint32_t, uint32_t>, std::vector<double>> calls;  // partition and call: a time a run; if wanted
  double cpuSeconds = 0;                                               // of the process during those runs
  size_t disturbedBlocks = 0;
  bool enough = false;  // as many runs and seconds as asked for
};
bool isOutOfBounds(const BenchRow& row);

struct BenchModel {
  std::string word, type;
  std::shared_ptr<const Model> model;
  std::shared_ptr<const nlohmann::ordered_json> facts;  // path, sha256, macs, parameters, nodes
  std::optional<double> loadSeconds;                    // none: it was generated
  std::vector<BenchRow> rows;
};

// The file's word for its type: "float32", "float16" (weights of that type, computed in float32), "hybrid" (int8
// weights, float32 else), "int8", "uint8", "int16x8"; by the node with the most MACs, or by the first input where none
// has any.
std::string modelTypeName(const Graph& graph);

}  // namespace trireme::tools
