#pragma once

#include "core/passes/passes.h"

namespace trireme::passes {

// Computes the node, whose inputs are constants, by the reference kernels and turns its outputs into constants. Where
// it cannot, nothing changes and the node stays: a shape is not known, a constant would have more than 64 MiB, a kernel
// refuses it, or what folding may use is used up.
void foldNode(Rewrite& rewrite, NodeId id, std::string_view why);

}  // namespace trireme::passes
