#pragma once

#include "trireme/interpreter.h"

namespace trireme::passes {

// A rewrite within TFLite's operators that keeps every output.
struct Pass {
  const char* name;                       // "constant-folding"
  Result<uint32_t> (*run)(Graph& graph);  // how many nodes it removed or rewrote
};
// All passes, in the order in which they run.
std::span<const Pass> passList();

// What became of nodes that are gone: operator indices in the file, the pass, and a sentence.
struct Folded {
  uint32_t origin;
  std::string why;
};
struct PassResult {
  Graph graph;
  std::vector<PassReport> reports;
  std::vector<Folded> folded;
};
// Infers shapes, then all passes until nothing changes. `preserved` names inner tensors that must stay.
Result<PassResult> runPasses(Graph graph, std::span<const InputShape> shapes, std::span<const std::string> preserved);

}  // namespace trireme::passes
