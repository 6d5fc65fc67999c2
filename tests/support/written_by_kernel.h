#pragma once

#include "trireme/delegates.h"

namespace trireme::opencl {

// An OpenCL delegate for a driver whose check of uninitialised reads knows of a buffer only what was written last
// (Oclgrind): a write of a part of a buffer goes to a buffer of its own, and a kernel copies it from there.
DelegateResult delegateWritingByKernel();

}  // namespace trireme::opencl
