#pragma once

#include <nlohmann/json_fwd.hpp>

#include "one_op.h"

namespace trireme::test {

// An operator as tests/litert/op_cases.py describes it: op, params, tensors (dtype, shape, role, scales, zeros, axis,
// data), inputs, outputs. Stops the program on what is not such a description.
OneOp readCase(const nlohmann::json& described);
// The recorded answers, as bytes; empty if there are none.
Bytes readAnswers(const nlohmann::json& described);

}  // namespace trireme::test
