#include "tests/support/written_by_kernel.h"

#include <dlfcn.h>

#include <map>
#include <tuple>

namespace trireme::opencl {
namespace {

constexpr const char* kSource =
    "__kernel void part(__global const uchar* from, __global uchar* to, const ulong at) {\n"
    "  size_t i = get_global_id(0);\n"
    "  to[at + i] = from[i];\n"
    "}\n";

// The functions of a table have no state of their own.
struct Books {
  struct Whole {
    cl_context context;
    size_t bytes;
  };
  const Api* driver = nullptr;
  decltype(&::clGetMemObjectInfo) ask = nullptr;  // is in no table: the library does without
  std::mutex mutex;
  std::map<cl_mem, Whole> buffers;
  std::map<cl_context, cl_program> programs;
};
Books& books() {
  static auto* const all = new Books;  // goes after the last delegate, whenever that is
  return *all;
}

cl_mem CL_API_CALL createBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void* host, cl_int* code) {
  const cl_mem made = books().driver->clCreateBuffer(context, flags, bytes, host, code);
  const std::lock_guard lock(books().mutex);
  if (made) books().buffers[made] = {context, bytes};
  return made;
}

// A buffer that takes a released one's place would be held against what was known of that one, and of its size: a byte
// takes it, for good. One that others still hold goes later, who knows when: it stays.
cl_int giveBack(cl_context context, cl_mem memory) {
  const Api& driver = *books().driver;
  cl_uint owners = 0;
  cl_int code = books().ask(memory, CL_MEM_REFERENCE_COUNT, sizeof owners, &owners, nullptr);
  if (code != CL_SUCCESS || owners != 1) return code;
  code = driver.clReleaseMemObject(memory);
  if (code != CL_SUCCESS) return code;
  static_cast<void>(driver.clCreateBuffer(context, CL_MEM_READ_ONLY, 1, nullptr, &code));  // is not released
  return code;
}

cl_int CL_API_CALL releaseBuffer(cl_mem memory) {
  const std::lock_guard lock(books().mutex);
  const auto found = books().buffers.find(memory);
  if (found == books().buffers.end()) return books().driver->clReleaseMemObject(memory);
  const cl_context context = found->second.context;
  books().buffers.erase(found);
  return giveBack(context, memory);
}

cl_int CL_API_CALL releaseContext(cl_context context) {
  cl_program program = nullptr;
  {
    const std::lock_guard lock(books().mutex);
    if (const auto found = books().programs.find(context); found != books().programs.end()) {
      program = found->second;
      books().programs.erase(found);
    }
  }
  if (program) static_cast<void>(books().driver->clReleaseProgram(program));
  return books().driver->clReleaseContext(context);
}

cl_int programOf(cl_context context, cl_program& program) {
  const Api& driver = *books().driver;
  cl_program& known = books().programs[context];
  if (!known) {
    cl_int code = CL_SUCCESS;
    const char* source = kSource;
    known = driver.clCreateProgramWithSource(context, 1, &source, nullptr, &code);
    if (!known) return code;
    code = driver.clBuildProgram(known, 0, nullptr, "", nullptr, nullptr);
    if (code != CL_SUCCESS) return code;
  }
  program = known;
  return CL_SUCCESS;
}

cl_int runCopy(cl_command_queue queue, cl_program program, cl_mem part, cl_mem to, cl_ulong at, size_t bytes,
               cl_event* event) {
  const Api& driver = *books().driver;
  cl_int code = CL_SUCCESS;
  const Kernel kernel(driver, driver.clCreateKernel(program, "part", &code));
  if (!kernel) return code;
  for (const auto& [number, size, value] : {std::tuple<cl_uint, size_t, const void*>{0, sizeof(cl_mem), &part},
                                            {1, sizeof(cl_mem), &to},
                                            {2, sizeof at, &at}}) {
    code = driver.clSetKernelArg(kernel.get(), number, size, value);
    if (code != CL_SUCCESS) return code;
  }
  code = driver.clEnqueueNDRangeKernel(queue, kernel.get(), 1, nullptr, &bytes, nullptr, 0, nullptr, event);
  return code == CL_SUCCESS ? driver.clFinish(queue) : code;
}

cl_int copyPart(cl_command_queue queue, cl_context context, cl_mem to, size_t at, size_t bytes, const void* from,
                cl_event* event) {
  const Api& driver = *books().driver;
  cl_program program = nullptr;
  cl_int code = programOf(context, program);
  if (code != CL_SUCCESS) return code;
  const cl_mem part = driver.clCreateBuffer(context, CL_MEM_READ_ONLY, bytes, nullptr, &code);
  if (!part) return code;
  code = driver.clEnqueueWriteBuffer(queue, part, CL_TRUE, 0, bytes, from, 0, nullptr, nullptr);
  if (code != CL_SUCCESS) return code;
  code = runCopy(queue, program, part, to, at, bytes, event);
  return code == CL_SUCCESS ? giveBack(context, part) : code;
}

cl_int CL_API_CALL writeBuffer(cl_command_queue queue, cl_mem to, cl_bool waits, size_t at, size_t bytes,
                               const void* from, cl_uint count, const cl_event* events, cl_event* event) {
  const std::lock_guard lock(books().mutex);
  const auto whole = books().buffers.find(to);
  if (whole == books().buffers.end() || (at == 0 && bytes == whole->second.bytes)) {
    return books().driver->clEnqueueWriteBuffer(queue, to, waits, at, bytes, from, count, events, event);
  }
  return copyPart(queue, whole->second.context, to, at, bytes, from, event);
}

}  // namespace

Result<const Api*> apiWritingByKernel() {
  TRIREME_ASSIGN(const Api* driver, systemApi());
  static Api table;
  books().driver = driver;
  void* const library = dlopen("libOpenCL.so.1", RTLD_NOW);  // the one of the table
  if (library) books().ask = reinterpret_cast<decltype(books().ask)>(dlsym(library, "clGetMemObjectInfo"));
  if (!books().ask) return Status::error(Code::Unsupported, "libOpenCL.so.1 has no clGetMemObjectInfo");
  table = *driver;
  table.clCreateBuffer = createBuffer;
  table.clReleaseMemObject = releaseBuffer;
  table.clReleaseContext = releaseContext;
  table.clEnqueueWriteBuffer = writeBuffer;
  return &table;
}

}  // namespace trireme::opencl
