#pragma once

#include <map>

#include "tests/conformance/matrix/cells.h"
#include "tests/support/error_bound.h"
#include "trireme/trireme.h"

namespace trireme::conformance::matrix {

// What became of the cells of one group on one delegate.
struct Tally {
  size_t passed = 0, refused = 0, listed = 0;
  std::map<std::string_view, size_t> reasons;  // of refusals, by reasonName(); a refusal may have several
  std::vector<std::string> wrong;              // a sentence each, led by the cell's name
};
struct Walk {
  Delegate* delegate = nullptr;
  std::string contestant;  // as in listed_failures.cpp
  Precision precision = Precision::Exact;
  support::Storage storage = support::Storage::Single;
};
// Every cell in an order of its own, each twice over memory filled differently, then some of them once more, made anew,
// in the opposite order: results must not hang on what ran before.
Tally walk(const Group& group, const Walk& how);
// What a delegate says of a group, without running anything.
Tally ask(const Group& group, const Delegate& delegate);

}  // namespace trireme::conformance::matrix
