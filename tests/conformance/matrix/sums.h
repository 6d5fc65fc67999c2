#pragma once

#include <optional>

#include "tests/conformance/op_case.h"

namespace trireme::conformance::matrix {

// A float sum in double: the value, and the sum of the absolute values of what was added.
struct Sum {
  double value = 0, magnitude = 0;
};
// Every element of the output of an operator that adds up products of floats: convolutions of all kinds, matrix
// products, means, sums and average pools, worked out independently of the reference kernels. None for another operator
// or type.
std::optional<std::vector<Sum>> sumsOf(const OpCase& row);

}  // namespace trireme::conformance::matrix
