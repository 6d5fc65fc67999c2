#pragma once

#include "trireme/delegates.h"

namespace trireme::cpu {

// Cores that this process may use; at least 1.
int usableCores() noexcept;

}  // namespace trireme::cpu
