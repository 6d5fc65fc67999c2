#pragma once

#include "trireme/delegates.h"

namespace trireme::support {

// createDelegate(), as a driver under which a test runs wants it: TRIREME_TEST_WRITES=kernel puts OpenCL delegates over
// apiWritingByKernel().
DelegateResult driverDelegate(const std::string& spec, int threads);

}  // namespace trireme::support
