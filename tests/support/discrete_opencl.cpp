#include "tests/support/discrete_opencl.h"

#if TRIREME_OPENCL
#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/opencl_script.h"
#endif

namespace trireme::opencl::script {

DelegateResult createDiscreteDelegate() {
#if TRIREME_OPENCL
  TRIREME_ASSIGN(const Api* api, systemApi());
  return makeDelegate(asDiscreteGpu(*api), {}, false);
#else
  return Status::error(Code::Unsupported, "this build has no OpenCL");
#endif
}

}  // namespace trireme::opencl::script
