#pragma once

#include <map>
#include <memory>

#include "delegates/opencl/api.h"

// The driver's table with a warden before it: every buffer is the host's memory of exactly its size, and while a kernel
// runs nothing of all buffers may be touched but the ranges that are bound to it. Valgrind, which alone sees this,
// reports what a kernel of a CPU driver does beside them. Devices have vectors of 8 floats, which is what valgrind's
// CPU has: kernels that were compiled outside of it are those that run in it.
namespace trireme::opencl {

// One at a time: the functions of a table have no state of their own.
class ExactMemory {
 public:
  explicit ExactMemory(const Api& driver);
  ~ExactMemory();
  ExactMemory(const ExactMemory&) = delete;
  ExactMemory& operator=(const ExactMemory&) = delete;
  const Api& api() const { return table_; }
  size_t launches() const { return launches_; }

 private:
  struct Range {
    std::byte* data = nullptr;
    size_t bytes = 0;
  };
  static cl_int CL_API_CALL deviceInfo(cl_device_id device, cl_device_info what, size_t bytes, void* value,
                                       size_t* needed);
  static cl_mem CL_API_CALL createBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void* host,
                                         cl_int* code);
  static cl_mem CL_API_CALL createSubBuffer(cl_mem parent, cl_mem_flags flags, cl_buffer_create_type type,
                                            const void* region, cl_int* code);
  static cl_int CL_API_CALL releaseMemory(cl_mem memory);
  static cl_int CL_API_CALL setArgument(cl_kernel kernel, cl_uint index, size_t bytes, const void* value);
  static cl_int CL_API_CALL enqueueKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                          const size_t* offset, const size_t* global, const size_t* local,
                                          cl_uint waits, const cl_event* waitFor, cl_event* event);
  std::byte* allocate(size_t bytes);
  void hideAll() const;
  void showAll() const;

  struct Freed {
    void operator()(std::byte* data) const;
  };
  const Api& driver_;
  Api table_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<std::byte, Freed>> allocations_;  // until the end: drivers let go of memory late
  std::map<cl_mem, Range> ranges_;
  std::map<cl_kernel, std::map<cl_uint, cl_mem>> arguments_;
  size_t launches_ = 0;
};

// Whether there is somebody to see it, and what was reported so far in this process.
bool underValgrind();
size_t valgrindReports();

}  // namespace trireme::opencl
