#pragma once

#include "delegates/opencl/api.h"

namespace trireme::opencl {

// This machine's driver, for one whose check of uninitialised reads knows of a buffer only what was written last
// (Oclgrind): a write of a part of a buffer goes to a buffer of its own, and a kernel copies it from there. What
// was a buffer's place is no other's.
Result<const Api*> apiWritingByKernel();

}  // namespace trireme::opencl
