#pragma once

#include "core/compiled_model.h"

namespace trireme::core {

// What the settings ask for, checked. Without anything measured.
Result<CompileRequest> requestFor(std::shared_ptr<const Model> model, const Settings& settings);

// From a model to a plan with compiled partitions: the story of architecture.md, section 4.
Result<std::shared_ptr<const CompiledModel>> compileModel(CompileRequest request);

}  // namespace trireme::core
