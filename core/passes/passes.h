#pragma once

#include "core/graph/editor.h"
#include "trireme/interpreter.h"

namespace trireme::passes {

// What became of nodes that are gone: operator indices in the file, the pass, and a sentence.
struct Folded {
  uint32_t origin;
  std::string why;
};

// That a pass took a node of the file away, or changed what it reads or writes.
struct Change {
  uint32_t origin;
  std::string_view pass;  // of passList()
  auto operator<=>(const Change&) const = default;
};

// What the passes of one run share.
struct Session {
  std::span<const std::string> preserved;
  std::vector<Folded> folded;
  std::vector<Change> changes;
  // What folding may still add and do: no more than four times what the file's constants have (int8 to float32) and
  // 64 MiB; some seconds of the reference kernels. What goes beyond is computed when the graph runs.
  size_t foldBytes = size_t{64} << 20;
  int64_t foldOperations = int64_t{1} << 30;
};

// What a pass works with: the graph under an editor, and what must stay of it.
class Rewrite {
 public:
  Rewrite(Graph graph, std::string_view pass, Session& session);
  graph::Editor& editor() { return editor_; }
  const Graph& graph() const { return editor_.graph(); }
  // A graph output, a value that a state slot keeps, or a preserved tensor: it must stay, under its own name.
  bool mustStay(ValueId id) const { return mustStay_[index(id)]; }
  void remove(NodeId id, std::string_view why);  // and tells so; whoever reads what it wrote is changed by it too
  void note(NodeId id);                          // that the pass changed it
  uint32_t removed() const { return removed_; }
  // Takes it off what folding may use; false: it does not suffice.
  bool mayFold(size_t bytes, int64_t operations);
  Result<Graph> finish() &&;

 private:
  graph::Editor editor_;
  std::vector<bool> mustStay_;
  std::string_view pass_;
  Session& session_;
  uint32_t removed_ = 0;
};

// A rewrite within TFLite's operators that keeps every output, bit for bit.
struct Pass {
  const char* name;  // "constant-folding"
  Status (*run)(Rewrite& rewrite);
};
// All passes, in the order in which they run.
std::span<const Pass> passList();

struct PassResult {
  Graph graph;
  std::vector<PassReport> reports;  // one a pass, in the order of the list
  std::vector<Folded> folded;       // by origin
  std::vector<Change> changes;      // by origin, each pass once, in the order of the list
};
// Infers shapes, then all passes until nothing changes. `preserved` names inner tensors that must stay; they may become
// constants. Every shape that can be known without running is known afterwards.
Result<PassResult> runPasses(Graph graph, std::span<const InputShape> shapes, std::span<const std::string> preserved);

// The passes, a file each.
Status foldFloat16(Rewrite& rewrite);
Status foldConstants(Rewrite& rewrite);
Status removeIdentities(Rewrite& rewrite);
Status removeDeadNodes(Rewrite& rewrite);

}  // namespace trireme::passes
