#include "delegates/opencl/executable.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

namespace trireme::opencl {
namespace {

struct Launch {
  Kernel kernel;
  std::array<size_t, 3> global{}, local{};
};

class Executable final : public gpu::GpuExecutable {
 public:
  explicit Executable(const DeviceParts& parts) : parts_(parts) {}
  ~Executable() override {
    if (!parts_.queue.hangs()) return;
    for (Launch& launch : launches_) static_cast<void>(launch.kernel.leak());
    for (auto& [range, memory] : ranges_) static_cast<void>(memory.leak());
  }
  Status prepare(const gpu::DispatchList& list, std::span<const BufferView> buffers);
  Event run() override;
  Status runTimed(std::vector<Times>& dispatches) override;

 private:
  using Range = std::tuple<cl_mem, size_t, size_t>;
  Result<cl_mem> memoryOf(const gpu::Binding& binding, const BufferView& view);
  Status prepareDispatch(const gpu::Dispatch& dispatch, std::span<const BufferView> buffers);
  cl_int reclaim(cl_command_queue queue) const;
  cl_int enqueue(cl_command_queue queue, const Launch& launch, cl_event* event) const {
    return parts_.api.clEnqueueNDRangeKernel(queue, launch.kernel.get(), 3, nullptr, launch.global.data(),
                                             launch.local.data(), 0, nullptr, event);
  }
  Status timesOf(std::span<const ClEvent> events, TimePoint queued, std::vector<Times>& dispatches) const;

  const DeviceParts parts_;
  std::vector<Launch> launches_;
  std::map<Range, Memory> ranges_;
  std::set<std::tuple<ClBuffer*, size_t, size_t>> written_;  // offset, bytes: of memory shared with the host
};

Result<cl_mem> Executable::memoryOf(const gpu::Binding& binding, const BufferView& view) {
  if (!view.buffer || &view.buffer->device() != &parts_.device) {
    return Status::error(Code::InvalidArgument, "a dispatch list is bound to memory of another device");
  }
  if (binding.offset + binding.bytes > view.size || view.offset + view.size > view.buffer->size()) {
    return Status::error(Code::InvalidArgument, fmt::format("a dispatch binds bytes {} to {} of a buffer of {}",
                                                            binding.offset, binding.offset + binding.bytes, view.size));
  }
  const auto& buffer = static_cast<const ClBuffer&>(*view.buffer);
  const size_t offset = view.offset + binding.offset;
  if (offset == 0 && binding.bytes == buffer.size()) return buffer.get();
  if (offset % parts_.limits.bindingAlignment != 0) {
    return Status::error(Code::InvalidArgument, fmt::format("a dispatch binds memory at {}, which is no multiple of {}",
                                                            offset, parts_.limits.bindingAlignment));
  }
  const Range range{buffer.get(), offset, binding.bytes};
  if (const auto found = ranges_.find(range); found != ranges_.end()) return found->second.get();
  const cl_buffer_region region{offset, binding.bytes};
  cl_int code = CL_SUCCESS;
  Memory part(parts_.api, parts_.api.clCreateSubBuffer(buffer.get(), 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &code));
  if (!part) return failure(fmt::format("clCreateSubBuffer of {} bytes at {}", binding.bytes, offset), code);
  return ranges_.emplace(range, std::move(part)).first->second.get();
}

Status Executable::prepareDispatch(const gpu::Dispatch& dispatch, std::span<const BufferView> buffers) {
  TRIREME_ASSIGN(Kernel kernel, parts_.programs.make(dispatch.kernel));
  const auto set = [&](size_t index, size_t bytes, const void* value) {
    const cl_int code = parts_.api.clSetKernelArg(kernel.get(), cl_uint(index), bytes, value);
    if (code == CL_SUCCESS) return Status();
    return failure(fmt::format("clSetKernelArg {} of {}", index, gpu::kernelText(dispatch.kernel)), code);
  };
  for (size_t i = 0; i < dispatch.bindings.size(); ++i) {
    const gpu::Binding& binding = dispatch.bindings[i];
    const BufferView& view = buffers[binding.buffer];
    TRIREME_ASSIGN(const cl_mem memory, memoryOf(binding, view));
    if (binding.written && view.buffer->host()) {
      written_.emplace(static_cast<ClBuffer*>(view.buffer), view.offset + binding.offset, binding.bytes);
    }
    TRIREME_TRY(set(i, sizeof memory, &memory));
  }
  TRIREME_TRY(set(dispatch.bindings.size(), dispatch.params.size(), dispatch.params.data()));
  Launch launch{std::move(kernel)};
  for (size_t d = 0; d < 3; ++d) {
    launch.local[d] = dispatch.kernel.local[d];
    launch.global[d] = size_t{dispatch.groups[d]} * dispatch.kernel.local[d];
  }
  launches_.push_back(std::move(launch));
  return {};
}

Status Executable::prepare(const gpu::DispatchList& list, std::span<const BufferView> buffers) {
  launches_.reserve(list.dispatches.size());
  for (const gpu::Dispatch& dispatch : list.dispatches) TRIREME_TRY(prepareDispatch(dispatch, buffers));
  return {};
}

// What the host got from the frame before is the device's again: OpenCL leaves open what a kernel does to memory that
// is mapped.
cl_int Executable::reclaim(cl_command_queue queue) const {
  for (const auto& [buffer, offset, bytes] : written_) {
    if (const cl_int code = buffer->reclaim(parts_.api, queue, offset, bytes); code != CL_SUCCESS) return code;
  }
  return CL_SUCCESS;
}

Event Executable::run() {
  if (launches_.empty()) return parts_.queue.last();
  return parts_.queue.submit("a partition's dispatches", [this](cl_command_queue queue, SubmissionEvents& events) {
    if (const cl_int code = reclaim(queue); code != CL_SUCCESS) return code;
    const size_t last = launches_.size() - 1;
    for (size_t i = 0; i <= last; ++i) {
      cl_event* event = i == last ? &events.last : i == 0 ? &events.first : nullptr;
      if (const cl_int code = enqueue(queue, launches_[i], event); code != CL_SUCCESS) return code;
      if (parts_.flushEvery != 0 && (i + 1) % parts_.flushEvery == 0) {
        if (const cl_int code = parts_.api.clFlush(queue); code != CL_SUCCESS) return code;
      }
    }
    return cl_int{CL_SUCCESS};
  });
}

Status Executable::runTimed(std::vector<Times>& dispatches) {
  dispatches.assign(launches_.size(), Times());
  std::vector<ClEvent> events;
  events.reserve(launches_.size());
  TimePoint queued;
  const Event done = parts_.queue.submit("timed dispatches", [&](cl_command_queue queue, SubmissionEvents& ends) {
    if (const cl_int code = reclaim(queue); code != CL_SUCCESS) return code;
    queued = base::now();
    for (const Launch& launch : launches_) {
      cl_event event = nullptr;
      if (const cl_int code = enqueue(queue, launch, &event); code != CL_SUCCESS) return code;
      events.emplace_back(parts_.api, event);
    }
    return parts_.api.clEnqueueMarkerWithWaitList(queue, 0, nullptr, &ends.last);
  });
  TRIREME_TRY(done.wait(base::now() + parts_.timedPatience));
  return timesOf(events, queued, dispatches);
}

Status Executable::timesOf(std::span<const ClEvent> events, TimePoint queued, std::vector<Times>& dispatches) const {
  cl_ulong base = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    std::array<cl_ulong, 3> read{};
    constexpr std::array<cl_profiling_info, 3> kWhat = {CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_START,
                                                        CL_PROFILING_COMMAND_END};
    for (size_t k = 0; k < 3; ++k) {
      const cl_int code =
          parts_.api.clGetEventProfilingInfo(events[i].get(), kWhat[k], sizeof read[k], &read[k], nullptr);
      if (code != CL_SUCCESS) return failure("clGetEventProfilingInfo", code);
    }
    if (i == 0) base = read[0];
    const auto on = [&](cl_ulong time) { return queued + std::chrono::nanoseconds(int64_t(time - base)); };
    dispatches[i] = {on(read[0]), on(read[1]), on(read[2]), true};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<gpu::GpuExecutable>> buildExecutable(const DeviceParts& parts, const gpu::DispatchList& list,
                                                            std::span<const BufferView> buffers) {
  auto executable = std::make_unique<Executable>(parts);
  TRIREME_TRY(executable->prepare(list, buffers));
  return std::unique_ptr<gpu::GpuExecutable>(std::move(executable));
}

}  // namespace trireme::opencl
