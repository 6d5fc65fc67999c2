#pragma once

#include <span>
#include <string_view>

namespace trireme::conformance {

// A case that a delegate is known to get wrong, and why. It must fail: one that passes is to be taken out.
struct ListedFailure {
  std::string_view row, delegate, why;
};

const ListedFailure* listedFailure(std::string_view row, std::string_view delegate);

}  // namespace trireme::conformance
