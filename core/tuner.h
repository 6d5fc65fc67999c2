#pragma once

#include "core/compiled_model.h"

namespace trireme::core {

// compileModel, and then again: each plan is run, its costs are corrected by what its parts took, and the next one made
// from those, until a plan comes back or four were tried. Then all of them run in shuffled rounds, and the one with the
// least median is compiled. Where running is impossible the plan so far is used, and the log says why.
Result<std::shared_ptr<const CompiledModel>> compileTuned(CompileRequest request);

}  // namespace trireme::core
