#pragma once

#include "trireme/delegates.h"

namespace trireme::opencl::script {

// The OpenCL delegate of this machine, told that its device is a discrete GPU: no import, copies through pinned memory,
// products by tiles however small. Unsupported where there is no driver.
DelegateResult createDiscreteDelegate();

}  // namespace trireme::opencl::script
