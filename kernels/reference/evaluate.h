#pragma once

#include <functional>

#include "trireme/graph.h"

namespace trireme::reference {

// Part of an operator's independent units of work, [begin, end).
struct Rows {
  int64_t begin = 0, end = 0;
};
// Memory of one call. A null input is an absent optional one. Constants are handed in like any input. Dense, TFLite's
// order.
struct Operands {
  std::span<const std::byte* const> inputs;
  std::span<std::byte* const> outputs;
  std::byte* scratch = nullptr;  // Prepared::scratchBytes, aligned to 64, one a concurrent call
};
// An operator made ready for its types and constants: multipliers and tables computed. `run` computes rows
// independently of each other and gives the same bits however they are split; it allocates nothing, cannot fail and may
// run in several threads at once.
struct Prepared {
  int64_t rows = 1;
  size_t scratchBytes = 0;
  std::function<void(const Operands&, Rows)> run;
  // Set where values at run time decide whether it may run at all (indices, shapes): called once before `run`.
  std::function<Status(const Operands&)> check;
};

// Whether `prepare` would accept the node, and every reason why not. Shapes must be known.
Support supports(const Graph& graph, const Node& node);
// InvalidModel or Unsupported, in words, where supports() says no. The graph need not outlive the result, but its
// constants must.
Result<Prepared> prepare(const Graph& graph, const Node& node);

// All at once in this thread, for folding and tests: check, then all rows, with scratch of its own.
Status evaluate(const Graph& graph, const Node& node, const Operands& operands);

// One operator of a family: the "yes" beside the "do".
struct Entry {
  OpKind op;
  Support (*supports)(const Graph&, const Node&);
  Result<Prepared> (*prepare)(const Graph&, const Node&);
};
std::span<const std::span<const Entry>> families();

}  // namespace trireme::reference
