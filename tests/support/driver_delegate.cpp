#include "tests/support/driver_delegate.h"

#include <cstdlib>

#ifdef TRIREME_TEST_OPENCL
#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/opencl_script.h"
#include "tests/support/written_by_kernel.h"
#endif

namespace trireme::support {

DelegateResult driverDelegate(const std::string& spec, int threads) {
#ifdef TRIREME_TEST_OPENCL
  const char* writes = std::getenv("TRIREME_TEST_WRITES");
  if (spec == "opencl" && writes && std::string_view(writes) == "kernel") {
    TRIREME_ASSIGN(const opencl::Api* api, opencl::apiWritingByKernel());
    return opencl::makeDelegate(*api, {}, false);
  }
#endif
  if (spec == "opencl-discrete") {
#ifdef TRIREME_TEST_OPENCL
    TRIREME_ASSIGN(const opencl::Api* api, opencl::systemApi());
    return opencl::makeDelegate(opencl::script::asDiscreteGpu(*api), {}, false);
#else
    return Status::error(Code::Unsupported, "this build has no OpenCL");
#endif
  }
  return createDelegate(spec, threads);
}

}  // namespace trireme::support
