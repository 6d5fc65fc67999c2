#pragma once

#include <optional>

#include "tests/conformance/op_case.h"
#include "tests/support/error_bound.h"

namespace trireme::conformance::matrix {

using Sum = support::ErrorBound::Value;
// Every element of the output of an operator that adds up products of floats: convolutions of all kinds, matrix
// products, means, sums and average pools, worked out independently of the reference kernels. None for another operator
// or type.
std::optional<std::vector<Sum>> sumsOf(const OpCase& row);

}  // namespace trireme::conformance::matrix
