#pragma once

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <mutex>
#include <string_view>

#include "trireme/status.h"

// The door to the driver: OpenCL 1.2, opened when it is first asked for, never linked.
namespace trireme::opencl {

// Every function that we call.
#define TRIREME_OPENCL_FUNCTIONS(F) \
  F(clGetPlatformIDs)               \
  F(clGetPlatformInfo)              \
  F(clGetDeviceIDs)                 \
  F(clGetDeviceInfo)                \
  F(clCreateContext)                \
  F(clReleaseContext)               \
  F(clCreateCommandQueue)           \
  F(clReleaseCommandQueue)          \
  F(clCreateBuffer)                 \
  F(clCreateSubBuffer)              \
  F(clReleaseMemObject)             \
  F(clCreateProgramWithSource)      \
  F(clCreateProgramWithBinary)      \
  F(clBuildProgram)                 \
  F(clGetProgramInfo)               \
  F(clGetProgramBuildInfo)          \
  F(clReleaseProgram)               \
  F(clCreateKernel)                 \
  F(clReleaseKernel)                \
  F(clSetKernelArg)                 \
  F(clEnqueueNDRangeKernel)         \
  F(clEnqueueReadBuffer)            \
  F(clEnqueueWriteBuffer)           \
  F(clEnqueueMapBuffer)             \
  F(clEnqueueUnmapMemObject)        \
  F(clEnqueueMarkerWithWaitList)    \
  F(clFlush)                        \
  F(clFinish)                       \
  F(clGetEventInfo)                 \
  F(clGetEventProfilingInfo)        \
  F(clSetEventCallback)             \
  F(clReleaseEvent)

// The driver as a table, so that a test can put its own functions before those of the driver.
struct Api {
#define TRIREME_OPENCL_FIELD(name) decltype(&::name) name = nullptr;
  TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_FIELD)
#undef TRIREME_OPENCL_FIELD
};

// The system's loader (libOpenCL.so.1), opened once a process. Unsupported where there is none.
Result<const Api*> systemApi();
// Held while platforms and devices are asked for: PoCL's first such call must not meet another one.
std::mutex& discoveryLock();

std::string_view errorName(cl_int code);  // "CL_OUT_OF_RESOURCES"; "an unknown error" for what 1.2 does not name
// What a failed call says: "clFlush failed: CL_OUT_OF_RESOURCES (-5)". Its code: OutOfMemory for want of memory,
// else DeviceLost.
Status failure(std::string_view call, cl_int code);

// Owns one OpenCL object. The table outlives it.
template <class T, auto Release>
class Handle {
 public:
  Handle() = default;
  Handle(const Api& api, T raw) : api_(&api), raw_(raw) {}
  Handle(Handle&& other) noexcept : api_(other.api_), raw_(other.leak()) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      api_ = other.api_;
      raw_ = other.leak();
    }
    return *this;
  }
  ~Handle() { reset(); }
  T get() const { return raw_; }
  const T* address() const { return &raw_; }
  explicit operator bool() const { return raw_ != nullptr; }
  void reset() noexcept {
    if (raw_) static_cast<void>((api_->*Release)(raw_));
    raw_ = nullptr;
  }
  // Gives up what it owns, for good or for somebody else.
  T leak() noexcept {
    T raw = raw_;
    raw_ = nullptr;
    return raw;
  }

 private:
  const Api* api_ = nullptr;
  T raw_ = nullptr;
};
using Context = Handle<cl_context, &Api::clReleaseContext>;
using CommandQueue = Handle<cl_command_queue, &Api::clReleaseCommandQueue>;
using Memory = Handle<cl_mem, &Api::clReleaseMemObject>;
using ClProgram = Handle<cl_program, &Api::clReleaseProgram>;
using Kernel = Handle<cl_kernel, &Api::clReleaseKernel>;
using ClEvent = Handle<cl_event, &Api::clReleaseEvent>;

}  // namespace trireme::opencl
