#include "tests/support/opencl_script.h"

namespace trireme::opencl::script {
namespace {

Script* current = nullptr;

// Which kind of object a function makes or gives back; empty: none.
struct Life {
  std::string_view made, given;
};
constexpr Life lifeOf(Function function) {
  switch (function) {
    case Function::clCreateContext:
      return {"context", ""};
    case Function::clReleaseContext:
      return {"", "context"};
    case Function::clCreateCommandQueue:
      return {"queue", ""};
    case Function::clReleaseCommandQueue:
      return {"", "queue"};
    case Function::clCreateBuffer:
    case Function::clCreateSubBuffer:
      return {"buffer", ""};
    case Function::clReleaseMemObject:
      return {"", "buffer"};
    case Function::clCreateProgramWithSource:
    case Function::clCreateProgramWithBinary:
      return {"program", ""};
    case Function::clReleaseProgram:
      return {"", "program"};
    case Function::clCreateKernel:
      return {"kernel", ""};
    case Function::clReleaseKernel:
      return {"", "kernel"};
    case Function::clReleaseEvent:
      return {"", "event"};
    default:
      return {};
  }
}

// The last argument of functions that return an object or a pointer is where their code goes; of commands, the event.
void storeCode(cl_int* where, cl_int code) {
  if (where) *where = code;
}
template <class T>
void storeCode(T, cl_int) {}
void noteEvent(cl_event* event) {
  if (event && *event) current->created("event");
}
template <class T>
void noteEvent(T) {}

template <auto Member, Function Which, class Signature>
struct Before;
template <auto Member, Function Which, class R, class... A>
struct Before<Member, Which, R (*)(A...)> {
  static R call(A... arguments) {
    const Script::Entrance entrance = current->enter(Which);
    constexpr Life life = lifeOf(Which);
    if constexpr (!life.given.empty()) {
      // A release that fails keeps the driver's object; what counts is that it was asked for.
      current->released(life.given);
      if (entrance.fails) return entrance.code;
      return (current->driver().*Member)(arguments...);
    } else if constexpr (std::is_pointer_v<R>) {
      if (entrance.fails) {
        (storeCode(arguments, entrance.code), ...);
        return nullptr;
      }
      const R made = (current->driver().*Member)(arguments...);
      if (made && !life.made.empty()) current->created(life.made);
      if (Which == Function::clEnqueueMapBuffer) (noteEvent(arguments), ...);
      return made;
    } else {
      if (entrance.fails) return entrance.code;
      const R code = (current->driver().*Member)(arguments...);
      if constexpr (Which != Function::clSetEventCallback && Which != Function::clGetEventInfo) {
        if (code == CL_SUCCESS) (noteEvent(arguments), ...);
      }
      return code;
    }
  }
};

// Of a device that hangs: its events go on running, and it calls nobody.
cl_int CL_API_CALL eventInfo(cl_event event, cl_event_info what, size_t bytes, void* value, size_t* needed) {
  const Script::Entrance entrance = current->enter(Function::clGetEventInfo);
  if (entrance.fails) return entrance.code;
  const cl_int code = current->driver().clGetEventInfo(event, what, bytes, value, needed);
  if (code == CL_SUCCESS && current->hanging()) *static_cast<cl_int*>(value) = CL_RUNNING;
  return code;
}

cl_int CL_API_CALL eventCallback(cl_event event, cl_int status, void(CL_CALLBACK* call)(cl_event, cl_int, void*),
                                 void* data) {
  const Script::Entrance entrance = current->enter(Function::clSetEventCallback);
  if (entrance.fails) return entrance.code;
  if (current->hanging()) return CL_OUT_OF_HOST_MEMORY;
  return current->driver().clSetEventCallback(event, status, call, data);
}

const Api* discreteDriver = nullptr;

template <class T>
void answer(size_t bytes, void* value, T told) {
  if (value && bytes >= sizeof told) *static_cast<T*>(value) = told;
}

cl_int CL_API_CALL discreteInfo(cl_device_id device, cl_device_info what, size_t bytes, void* value, size_t* needed) {
  const cl_int code = discreteDriver->clGetDeviceInfo(device, what, bytes, value, needed);
  if (code != CL_SUCCESS) return code;
  switch (what) {
    case CL_DEVICE_TYPE:
      answer<cl_device_type>(bytes, value, CL_DEVICE_TYPE_GPU);
      break;
    case CL_DEVICE_LOCAL_MEM_TYPE:
      answer<cl_device_local_mem_type>(bytes, value, CL_LOCAL);
      break;
    case CL_DEVICE_HOST_UNIFIED_MEMORY:
      answer<cl_bool>(bytes, value, CL_FALSE);
      break;
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
      answer<size_t>(bytes, value, 4);
      break;
    case CL_DEVICE_MAX_COMPUTE_UNITS:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
      answer<cl_uint>(bytes, value, 1);
      break;
    default:
      break;
  }
  return code;
}

}  // namespace

const Api& asDiscreteGpu(const Api& driver) {
  static Api table;
  discreteDriver = &driver;
  table = driver;
  table.clGetDeviceInfo = discreteInfo;
  return table;
}

std::string_view functionName(Function function) {
  static constexpr std::string_view kNames[] = {
#define TRIREME_OPENCL_TEXT(name) #name,
      TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_TEXT)
#undef TRIREME_OPENCL_TEXT
  };
  return kNames[size_t(function)];
}

namespace {

std::vector<cl_int> knownCodes(Function function) {
  switch (function) {
    case Function::clGetPlatformIDs:
      return {-1001, CL_OUT_OF_HOST_MEMORY};
    case Function::clGetDeviceIDs:
      return {CL_DEVICE_NOT_FOUND, CL_INVALID_PLATFORM, CL_OUT_OF_RESOURCES};
    case Function::clCreateContext:
      return {CL_DEVICE_NOT_AVAILABLE, CL_OUT_OF_HOST_MEMORY, CL_OUT_OF_RESOURCES};
    case Function::clCreateBuffer:
    case Function::clCreateSubBuffer:
      return {CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, CL_INVALID_CONTEXT};
    case Function::clCreateProgramWithBinary:
      return {CL_INVALID_BINARY, CL_OUT_OF_HOST_MEMORY, CL_INVALID_VALUE};
    case Function::clBuildProgram:
      return {CL_BUILD_PROGRAM_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_COMPILER_NOT_AVAILABLE, CL_INVALID_OPERATION};
    case Function::clCreateKernel:
      return {CL_OUT_OF_HOST_MEMORY, CL_INVALID_PROGRAM_EXECUTABLE, CL_INVALID_KERNEL_NAME, CL_OUT_OF_RESOURCES};
    case Function::clSetKernelArg:
      return {CL_OUT_OF_RESOURCES, CL_INVALID_ARG_SIZE, CL_INVALID_MEM_OBJECT, CL_OUT_OF_HOST_MEMORY};
    case Function::clEnqueueNDRangeKernel:
      return {CL_OUT_OF_RESOURCES,        CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY,
              CL_INVALID_WORK_GROUP_SIZE, CL_INVALID_COMMAND_QUEUE,         CL_DEVICE_NOT_AVAILABLE};
    case Function::clEnqueueReadBuffer:
    case Function::clEnqueueWriteBuffer:
      return {CL_OUT_OF_RESOURCES, CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_INVALID_COMMAND_QUEUE,
              CL_DEVICE_NOT_AVAILABLE};
    case Function::clEnqueueMapBuffer:
      return {CL_MAP_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, CL_INVALID_COMMAND_QUEUE};
    case Function::clFlush:
    case Function::clFinish:
      return {CL_INVALID_COMMAND_QUEUE, CL_OUT_OF_HOST_MEMORY, CL_OUT_OF_RESOURCES, CL_DEVICE_NOT_AVAILABLE};
    case Function::clGetEventProfilingInfo:
      return {CL_PROFILING_INFO_NOT_AVAILABLE, CL_INVALID_EVENT, CL_OUT_OF_HOST_MEMORY};
    default:
      return {CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, CL_INVALID_VALUE};
  }
}

constexpr bool givesPointer(Function function) {
  return function == Function::clEnqueueMapBuffer || !lifeOf(function).made.empty();
}

}  // namespace

std::vector<cl_int> plausibleCodes(Function function) {
  constexpr cl_int kUnknown = -9876;
  std::vector<cl_int> codes = knownCodes(function);
  codes.push_back(kUnknown);
  if (givesPointer(function)) codes.push_back(CL_SUCCESS);
  return codes;
}

Script::Script(const Api& driver)
    : ScriptOf({kFunctions, [](size_t function) { return functionName(Function(function)); },
                [](size_t function) { return plausibleCodes(Function(function)); },
                [](int code) { return std::string(errorName(code)); }}),
      driver_(driver) {
  current = this;
#define TRIREME_OPENCL_WRAP(name) table_.name = &Before<&Api::name, Function::name, decltype(&::name)>::call;
  TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_WRAP)
#undef TRIREME_OPENCL_WRAP
  table_.clGetEventInfo = eventInfo;
  table_.clSetEventCallback = eventCallback;
}

Script::~Script() { current = nullptr; }

}  // namespace trireme::opencl::script
