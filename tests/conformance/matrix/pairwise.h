#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trireme::conformance::matrix {

// One choice a factor: positions 0 to levels - 1.
using Choice = std::vector<size_t>;
// Rows such that any two factors meet in every pair of their levels; the rows that cover the most come first. The same
// for the same seed.
std::vector<Choice> pairwise(const std::vector<size_t>& levels, uint64_t seed);

}  // namespace trireme::conformance::matrix
