#include "tests/support/driver_delegate.h"

#include <cstdlib>

#ifdef TRIREME_TEST_OPENCL
#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/opencl_script.h"
#include "tests/support/written_by_kernel.h"
#endif

#ifdef TRIREME_TEST_VULKAN
#include "delegates/vulkan/vulkan_delegate.h"
#include "tests/support/short_texels.h"
#include "tests/support/vulkan_script.h"
#endif

namespace trireme::support {
namespace {

#ifdef TRIREME_TEST_VULKAN
DelegateResult productsDelegate() {
  TRIREME_ASSIGN(const vulkan::Loader loader, vulkan::systemLoader());
  static vulkan::script::Overlay overlay(loader);
  vulkan::script::withFastDots(overlay);
  GpuOptions options;
  const auto said = std::make_shared<std::string>();  // of what was found wrong, and would not be used
  options.log = [said](std::string_view sentence) { *said += sentence; };
  DelegateResult made =
      vulkan::makeDelegate(overlay.loader(), options, false, {}, gpu::MatrixUnit{.m = 8, .crew = 8, .groups = 3});
  if (made.ok() && !said->empty()) return Status::error(Code::Internal, *said);
  return made;
}
#endif

}  // namespace

DelegateResult driverDelegate(const std::string& spec, int threads) {
#ifdef TRIREME_TEST_OPENCL
  const char* writes = std::getenv("TRIREME_TEST_WRITES");
  const bool byKernel = writes && std::string_view(writes) == "kernel";
  const char* staging = std::getenv("TRIREME_TEST_STAGING");
  if (spec == "opencl" && (byKernel || staging)) {
    TRIREME_ASSIGN(const opencl::Api* api, byKernel ? opencl::apiWritingByKernel() : opencl::systemApi());
    return opencl::makeDelegate(*api, {}, !byKernel, {}, staging ? std::stoul(staging) : opencl::Staging::kBytes);
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
  if (spec == "vulkan-storage") {
#ifdef TRIREME_TEST_VULKAN
    if (Status status = vulkan::systemLoader().status(); !status.ok()) return status;
    return vulkan::makeDelegate(loaderWithShortTexelBuffers(), {}, false);
#else
    return Status::error(Code::Unsupported, "this build has no Vulkan");
#endif
  }
  if (spec == "vulkan-products") {
#ifdef TRIREME_TEST_VULKAN
    return productsDelegate();
#else
    return Status::error(Code::Unsupported, "this build has no Vulkan");
#endif
  }
  return createDelegate(spec, threads);
}

}  // namespace trireme::support
