#include "delegates/opencl/api.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace trireme::opencl {
namespace {

constexpr const char* kLibrary = "libOpenCL.so.1";

struct Opened {
  Api api;
  Status status;
};

// The library stays open until the process ends: drivers have threads of their own.
Opened open() {
  Opened opened;
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* why = dlerror();
    opened.status = Status::error(Code::Unsupported, fmt::format("this machine has no OpenCL: {} cannot be opened ({})",
                                                                 kLibrary, why ? why : "no reason given"));
    return opened;
  }
#define TRIREME_OPENCL_LOAD(name)                                                                                \
  opened.api.name = reinterpret_cast<decltype(opened.api.name)>(dlsym(library, #name));                          \
  if (!opened.api.name && opened.status.ok()) {                                                                  \
    opened.status = Status::error(                                                                               \
        Code::Unsupported, fmt::format("{} is too old: it lacks {}; OpenCL 1.2 is the least", kLibrary, #name)); \
  }
  TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_LOAD)
#undef TRIREME_OPENCL_LOAD
  return opened;
}

}  // namespace

Result<const Api*> systemApi() {
  static const Opened kOpened = open();
  if (!kOpened.status.ok()) return kOpened.status;
  return &kOpened.api;
}

std::mutex& discoveryLock() {
  static std::mutex mutex;
  return mutex;
}

std::string_view errorName(cl_int code) {
  switch (code) {
#define TRIREME_OPENCL_ERROR(name) \
  case name:                       \
    return #name;
    TRIREME_OPENCL_ERROR(CL_SUCCESS)
    TRIREME_OPENCL_ERROR(CL_DEVICE_NOT_FOUND)
    TRIREME_OPENCL_ERROR(CL_DEVICE_NOT_AVAILABLE)
    TRIREME_OPENCL_ERROR(CL_COMPILER_NOT_AVAILABLE)
    TRIREME_OPENCL_ERROR(CL_MEM_OBJECT_ALLOCATION_FAILURE)
    TRIREME_OPENCL_ERROR(CL_OUT_OF_RESOURCES)
    TRIREME_OPENCL_ERROR(CL_OUT_OF_HOST_MEMORY)
    TRIREME_OPENCL_ERROR(CL_PROFILING_INFO_NOT_AVAILABLE)
    TRIREME_OPENCL_ERROR(CL_BUILD_PROGRAM_FAILURE)
    TRIREME_OPENCL_ERROR(CL_MAP_FAILURE)
    TRIREME_OPENCL_ERROR(CL_MISALIGNED_SUB_BUFFER_OFFSET)
    TRIREME_OPENCL_ERROR(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)
    TRIREME_OPENCL_ERROR(CL_INVALID_VALUE)
    TRIREME_OPENCL_ERROR(CL_INVALID_DEVICE_TYPE)
    TRIREME_OPENCL_ERROR(CL_INVALID_PLATFORM)
    TRIREME_OPENCL_ERROR(CL_INVALID_DEVICE)
    TRIREME_OPENCL_ERROR(CL_INVALID_CONTEXT)
    TRIREME_OPENCL_ERROR(CL_INVALID_QUEUE_PROPERTIES)
    TRIREME_OPENCL_ERROR(CL_INVALID_COMMAND_QUEUE)
    TRIREME_OPENCL_ERROR(CL_INVALID_HOST_PTR)
    TRIREME_OPENCL_ERROR(CL_INVALID_MEM_OBJECT)
    TRIREME_OPENCL_ERROR(CL_INVALID_BINARY)
    TRIREME_OPENCL_ERROR(CL_INVALID_BUILD_OPTIONS)
    TRIREME_OPENCL_ERROR(CL_INVALID_PROGRAM)
    TRIREME_OPENCL_ERROR(CL_INVALID_PROGRAM_EXECUTABLE)
    TRIREME_OPENCL_ERROR(CL_INVALID_KERNEL_NAME)
    TRIREME_OPENCL_ERROR(CL_INVALID_KERNEL_DEFINITION)
    TRIREME_OPENCL_ERROR(CL_INVALID_KERNEL)
    TRIREME_OPENCL_ERROR(CL_INVALID_ARG_INDEX)
    TRIREME_OPENCL_ERROR(CL_INVALID_ARG_VALUE)
    TRIREME_OPENCL_ERROR(CL_INVALID_ARG_SIZE)
    TRIREME_OPENCL_ERROR(CL_INVALID_KERNEL_ARGS)
    TRIREME_OPENCL_ERROR(CL_INVALID_WORK_DIMENSION)
    TRIREME_OPENCL_ERROR(CL_INVALID_WORK_GROUP_SIZE)
    TRIREME_OPENCL_ERROR(CL_INVALID_WORK_ITEM_SIZE)
    TRIREME_OPENCL_ERROR(CL_INVALID_GLOBAL_OFFSET)
    TRIREME_OPENCL_ERROR(CL_INVALID_EVENT_WAIT_LIST)
    TRIREME_OPENCL_ERROR(CL_INVALID_EVENT)
    TRIREME_OPENCL_ERROR(CL_INVALID_OPERATION)
    TRIREME_OPENCL_ERROR(CL_INVALID_BUFFER_SIZE)
    TRIREME_OPENCL_ERROR(CL_INVALID_GLOBAL_WORK_SIZE)
#undef TRIREME_OPENCL_ERROR
    case -1001:  // cl_khr_icd
      return "CL_PLATFORM_NOT_FOUND_KHR";
    default:
      return "an unknown error";
  }
}

Status failure(std::string_view call, cl_int code) {
  const bool memory = code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_HOST_MEMORY;
  return Status::error(memory ? Code::OutOfMemory : Code::DeviceLost,
                       code == CL_SUCCESS ? fmt::format("{} gave nothing, and no reason", call)
                                          : fmt::format("{} failed: {} ({})", call, errorName(code), code));
}

}  // namespace trireme::opencl
