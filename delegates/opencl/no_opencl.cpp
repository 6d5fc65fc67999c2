#include "trireme/delegates.h"

// In the place of the OpenCL delegate in a build without it.
namespace trireme {

DelegateResult createOpenClDelegate(const GpuOptions&) {
  return Status::error(Code::Unsupported, "this build has no OpenCL delegate (TRIREME_OPENCL is off)");
}

std::vector<DelegateListing> listOpenClDevices() { return {{"opencl", "", "", createOpenClDelegate({}).status()}}; }

}  // namespace trireme
