#pragma once

#include "core/compiled_model.h"

namespace trireme::core {

// From a model to a plan with compiled partitions: the story of architecture.md, section 4.
Result<std::shared_ptr<const CompiledModel>> compileModel(CompileRequest request);

}  // namespace trireme::core
