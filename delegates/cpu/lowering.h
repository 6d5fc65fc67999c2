#pragma once

#include "kernels/reference/evaluate.h"
#include "trireme/delegate.h"
#include "trireme/delegates.h"

namespace trireme::cpu {

// What a lowering may know. Not the number of threads: results must not depend on it.
struct LowerContext {
  const Graph& graph;
  const Node& node;
  CpuIsa isa;
};

// One kernel call, ready but for the addresses. `run` and `check` keep the promises of reference::Prepared.
struct Lowered {
  reference::Prepared prepared;
  std::string kernel;      // "gemm_f32_avx512", "reference"
  std::string why;         // why this kernel: "row block 56, 64 rows of weights a panel"
  std::string_view units;  // what prepared.rows counts, in words: "rows", "tiles"
  double seconds = 0;      // a rough estimate in one thread, to decide whether threads pay
  size_t weightBytes = 0;  // of weights packed anew
  bool inPlace = false;    // each output element may overwrite the element of an input of the same type and shape
  bool isView = false;     // the output has the bytes of input 0, unchanged
};

// One operator with kernels of its own: the "yes" beside the "do". `supports` is asked only where the reference says
// yes; its reasons tell why the reference runs the node.
struct Lowering {
  OpKind op;
  Support (*supports)(const LowerContext& context);
  Result<Lowered> (*lower)(const LowerContext& context);
};
// The delegate's whole fast half on one screen.
std::span<const Lowering> lowerings();

// The best that there is for a node: a kernel of the table, else the reference.
Result<Lowered> lowerNode(const LowerContext& context);
// The reference, threaded over its rows. `why`: what stood against a faster kernel.
Result<Lowered> lowerToReference(const LowerContext& context, std::string why);

// "operator 12 CONV_2D".
std::string nodeName(const Node& node);

}  // namespace trireme::cpu
