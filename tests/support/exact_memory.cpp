#include "tests/support/exact_memory.h"

#include <cstdlib>
#include <cstring>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else  // compiled where valgrind was not installed: nobody will look
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_COUNT_ERRORS 0
#define VALGRIND_MAKE_MEM_NOACCESS(data, bytes) static_cast<void>(0)
#define VALGRIND_MAKE_MEM_DEFINED(data, bytes) static_cast<void>(0)
#endif

namespace trireme::opencl {
namespace {

constexpr size_t kAlignment = 256;
constexpr cl_uint kVectorWidth = 8;
ExactMemory* current = nullptr;

}  // namespace

ExactMemory::ExactMemory(const Api& driver) : driver_(driver), table_(driver) {
  table_.clGetDeviceInfo = deviceInfo;
  table_.clCreateBuffer = createBuffer;
  table_.clCreateSubBuffer = createSubBuffer;
  table_.clReleaseMemObject = releaseMemory;
  table_.clSetKernelArg = setArgument;
  table_.clEnqueueNDRangeKernel = enqueueKernel;
  current = this;
}
ExactMemory::~ExactMemory() { current = nullptr; }

void ExactMemory::Freed::operator()(std::byte* data) const { std::free(data); }

std::byte* ExactMemory::allocate(size_t bytes) {
  void* data = nullptr;
  if (posix_memalign(&data, kAlignment, bytes) != 0) return nullptr;
  std::memset(data, 0xFF, bytes);
  allocations_.emplace_back(static_cast<std::byte*>(data));
  return allocations_.back().get();
}

cl_int ExactMemory::deviceInfo(cl_device_id device, cl_device_info what, size_t bytes, void* value, size_t* needed) {
  const cl_int code = current->driver_.clGetDeviceInfo(device, what, bytes, value, needed);
  if (code == CL_SUCCESS && what == CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT && value) {
    std::memcpy(value, &kVectorWidth, sizeof kVectorWidth);
  }
  return code;
}

cl_mem ExactMemory::createBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void* host, cl_int* code) {
  const std::lock_guard lock(current->mutex_);
  std::byte* const data = host ? static_cast<std::byte*>(host) : current->allocate(bytes);
  if (!data) {
    *code = CL_OUT_OF_HOST_MEMORY;
    return nullptr;
  }
  const cl_mem made = current->driver_.clCreateBuffer(context, flags | CL_MEM_USE_HOST_PTR, bytes, data, code);
  if (made) current->ranges_[made] = {data, bytes};
  return made;
}

cl_mem ExactMemory::createSubBuffer(cl_mem parent, cl_mem_flags flags, cl_buffer_create_type type, const void* region,
                                    cl_int* code) {
  const std::lock_guard lock(current->mutex_);
  const cl_mem made = current->driver_.clCreateSubBuffer(parent, flags, type, region, code);
  const auto& part = *static_cast<const cl_buffer_region*>(region);
  if (made) current->ranges_[made] = {current->ranges_.at(parent).data + part.origin, part.size};
  return made;
}

cl_int ExactMemory::releaseMemory(cl_mem memory) {
  const std::lock_guard lock(current->mutex_);
  current->ranges_.erase(memory);
  return current->driver_.clReleaseMemObject(memory);
}

cl_int ExactMemory::setArgument(cl_kernel kernel, cl_uint index, size_t bytes, const void* value) {
  const std::lock_guard lock(current->mutex_);
  auto& arguments = current->arguments_[kernel];
  if (index == 0) arguments.clear();  // a handle may come again; whoever sets arguments sets all, the first one first
  cl_mem memory = nullptr;
  if (bytes == sizeof memory) std::memcpy(&memory, value, sizeof memory);
  if (current->ranges_.contains(memory)) arguments[index] = memory;
  return current->driver_.clSetKernelArg(kernel, index, bytes, value);
}

void ExactMemory::hideAll() const {
  for (const auto& [memory, range] : ranges_) {
    static_cast<void>(VALGRIND_MAKE_MEM_NOACCESS(range.data, range.bytes));
  }
}
void ExactMemory::showAll() const {
  for (const auto& [memory, range] : ranges_) {
    static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(range.data, range.bytes));
  }
}

cl_int ExactMemory::enqueueKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t* offset,
                                  const size_t* global, const size_t* local, cl_uint waits, const cl_event* waitFor,
                                  cl_event* event) {
  const std::lock_guard lock(current->mutex_);
  cl_int code = current->driver_.clFinish(queue);
  if (code != CL_SUCCESS) return code;
  current->hideAll();
  for (const auto& [index, memory] : current->arguments_[kernel]) {
    const Range& bound = current->ranges_.at(memory);
    static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(bound.data, bound.bytes));
  }
  code =
      current->driver_.clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global, local, waits, waitFor, event);
  const cl_int finished = current->driver_.clFinish(queue);
  current->showAll();
  ++current->launches_;
  return code != CL_SUCCESS ? code : finished;
}

bool underValgrind() { return RUNNING_ON_VALGRIND != 0; }
size_t valgrindReports() { return VALGRIND_COUNT_ERRORS; }

}  // namespace trireme::opencl
