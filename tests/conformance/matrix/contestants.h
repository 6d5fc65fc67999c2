#pragma once

#include <vector>

#include "tests/support/error_bound.h"
#include "trireme/trireme.h"

namespace trireme::conformance::matrix {

enum class Presence : uint8_t { Always, Driver };

// A line of contestants.inc.
struct Contestant {
  std::string name, spec;
  Precision precision;
  Presence presence;
  std::string column;
  // One delegate a process, made by the first who asks, so that what it compiled is kept. A failure says why there is
  // none: with Presence::Driver a reason to skip.
  DelegateResult delegate() const;
};
// Before main() returns: a driver's library may go before what is static here.
void forgetDelegates();
const std::vector<Contestant>& contestants();
const Contestant& contestant(std::string_view name);
// What may be forgiven: half storage where the contestant asks for less than exact, or the delegate is worse anyway.
support::Storage storageOf(const Contestant& contestant, const Delegate& delegate);

}  // namespace trireme::conformance::matrix
