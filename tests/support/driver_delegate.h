#pragma once

#include "trireme/delegates.h"

namespace trireme::support {

// createDelegate(), as a driver under which a test runs wants it: TRIREME_TEST_WRITES=kernel puts OpenCL delegates over
// apiWritingByKernel(), TRIREME_TEST_STAGING gives them so many bytes of pinned memory. "opencl-discrete" is this
// machine's OpenCL device told that it is a discrete GPU: no import, copies through pinned memory, products by tiles
// however small. "vulkan-storage" is this machine's Vulkan device over loaderWithShortTexelBuffers(): programs read
// storage buffers. "vulkan-products" is this machine's Vulkan device told that its integer dot products are fast,
// with emulated matrix units: convolutions of codes by those, of floats by these.
DelegateResult driverDelegate(const std::string& spec, int threads);

}  // namespace trireme::support
