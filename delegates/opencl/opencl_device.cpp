#include "delegates/opencl/opencl_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/self_check.h"

namespace trireme::opencl {
namespace {

constexpr int kLonger = 6;

Event refused(std::string sentence) { return Event::failed(Status::error(Code::InvalidArgument, std::move(sentence))); }

}  // namespace

OpenClDevice::OpenClDevice(const Api& api, const DeviceRecord& record, const gpu::Quirks& quirks,
                           std::chrono::nanoseconds longPatience)
    : api_(api),
      name_(record.name),
      flushEvery_(quirks.flushEvery),
      longPatience_(longPatience),
      limits_(limitsOf(api, record.device, quirks)),
      traits_(memoryOf(api, record.device, limits_, quirks)) {}

Result<std::unique_ptr<OpenClDevice>> OpenClDevice::create(const Api& api, const DeviceRecord& record,
                                                           const DeviceOptions& options) {
  const gpu::DriverIdentity identity = identityOf(record);
  const gpu::Quirks quirks = gpu::quirksOf(identity);
  std::unique_ptr<OpenClDevice> device(new OpenClDevice(api, record, quirks, kLonger * options.patience));
  if (device->limits_.maxAllocation == 0) {
    return Status::error(Code::DeviceLost,
                         fmt::format("OpenCL device '{}' does not say what memory it has", record.name));
  }
  cl_int code = CL_SUCCESS;
  device->context_ = Context(api, api.clCreateContext(nullptr, 1, &record.device, nullptr, nullptr, &code));
  if (!device->context_) return failure(fmt::format("clCreateContext for '{}'", record.name), code);
  TRIREME_ASSIGN(device->queue_, ClQueue::create(api, device->context_.get(), record.device, options.patience));
  if (!sharesMemory(api, record.device)) {
    device->staging_ =
        Staging::create(api, device->context_.get(), *device->queue_, options.stagingBytes, options.patience);
    TRIREME_TRY(device->queue_->health());
  }
  StoreOptions store{device->limits_.vectorWidth, buildOptions(quirks.buildOptions), options.logFile};
  device->cache_ = std::make_unique<gpu::DeviceCache>(
      identity, gpu::DeviceCacheOptions{quirks.cachesPrograms ? options.cacheFolder : std::filesystem::path(), "OpenCL",
                                        cacheForm(store), options.log});
  device->programs_ =
      std::make_unique<ProgramStore>(api, device->context_.get(), record.device, *device->cache_, std::move(store));
  if (options.selfCheck) TRIREME_TRY(gpu::checkDevice(*device, *device->cache_, "OpenCL", device->longPatience_));
  return device;
}

OpenClDevice::~OpenClDevice() {
  if (!queue_) return;
  if (queue_->drain()) {
    staging_.reset();
    if (programs_ && queue_->health().ok()) programs_->save();
    return;
  }
  if (staging_) staging_->leak();
  if (programs_) programs_->leak();
  static_cast<void>(context_.leak());
}

Result<std::unique_ptr<Buffer>> OpenClDevice::allocate(size_t bytes) {
  if (bytes > traits_.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("OpenCL device '{}' allocates at most {} bytes at once, not {}",
                                                        name_, traits_.maxAllocation, bytes));
  }
  const size_t size = std::max<size_t>(bytes, 1);
  cl_int code = CL_SUCCESS;
  Memory memory(api_, api_.clCreateBuffer(context_.get(), CL_MEM_READ_WRITE, size, nullptr, &code));
  if (!memory) return failure(fmt::format("clCreateBuffer of {} bytes", bytes), code);
  return std::unique_ptr<Buffer>(std::make_unique<ClBuffer>(*this, std::move(memory), bytes, nullptr, *queue_));
}

Result<std::unique_ptr<Buffer>> OpenClDevice::import(std::span<std::byte> host) {
  const size_t unit = traits_.importAlignment;
  if (unit == 0) return Device::import(host);
  if (host.empty() || reinterpret_cast<uintptr_t>(host.data()) % unit != 0 || host.size() % unit != 0) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("memory is imported in whole multiples of {} bytes, at least one", unit));
  }
  if (host.size() > traits_.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("OpenCL device '{}' takes at most {} bytes at once, not {}",
                                                        name_, traits_.maxAllocation, host.size()));
  }
  cl_int code = CL_SUCCESS;
  Memory memory(api_, api_.clCreateBuffer(context_.get(), CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, host.size(),
                                          host.data(), &code));
  if (!memory) return failure(fmt::format("clCreateBuffer over {} bytes of the host", host.size()), code);
  return std::unique_ptr<Buffer>(
      std::make_unique<ClBuffer>(*this, std::move(memory), host.size(), host.data(), *queue_));
}

Result<ClBuffer*> OpenClDevice::mine(const BufferView& view) const {
  if (!view.buffer || &view.buffer->device() != this) {
    return Status::error(Code::InvalidArgument, fmt::format("memory of another device was given to '{}'", name_));
  }
  if (view.offset > view.buffer->size() || view.size > view.buffer->size() - view.offset) {
    return Status::error(Code::InvalidArgument, fmt::format("bytes {} to {} lie outside a buffer of {}", view.offset,
                                                            view.offset + view.size, view.buffer->size()));
  }
  return static_cast<ClBuffer*>(view.buffer);
}

Event OpenClDevice::upload(std::span<const std::byte> from, BufferView to) {
  const auto buffer = mine(to);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (from.size() > to.size) return refused(fmt::format("upload of {} bytes into {}", from.size(), to.size));
  if (from.empty()) return {};
  return queue_->submit("an upload", [&](cl_command_queue queue, SubmissionEvents& events) {
    std::byte* const pinned = staging_ ? staging_->take(from.size()) : nullptr;
    if (pinned) std::ranges::copy(from, pinned);
    return api_.clEnqueueWriteBuffer(queue, buffer.value()->get(), CL_FALSE, to.offset, from.size(),
                                     pinned ? pinned : from.data(), 0, nullptr, &events.last);
  });
}

Event OpenClDevice::download(BufferView from, std::span<std::byte> to) {
  const auto buffer = mine(from);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (from.size > to.size()) return refused(fmt::format("download of {} bytes into {}", from.size, to.size()));
  if (from.size == 0) return {};
  return queue_->submit("a download", [&](cl_command_queue queue, SubmissionEvents& events) {
    std::byte* const pinned = staging_ ? staging_->take(from.size) : nullptr;
    const cl_int code = api_.clEnqueueReadBuffer(queue, buffer.value()->get(), CL_FALSE, from.offset, from.size,
                                                 pinned ? pinned : to.data(), 0, nullptr, &events.last);
    if (code == CL_SUCCESS && pinned) {
      events.landed = pinned;
      events.landing = to.first(from.size);
    }
    return code;
  });
}

template <class HandOver>
Event OpenClDevice::handOver(std::string_view what, const BufferView& view, HandOver hand) {
  const auto buffer = mine(view);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (!buffer.value()->host()) return refused(fmt::format("only imported memory can be handed over, to '{}'", name_));
  if (view.size == 0) return {};
  return queue_->submit(what, [&](cl_command_queue queue, SubmissionEvents& events) {
    return (buffer.value()->*hand)(api_, queue, view.offset, view.size, events);
  });
}

Event OpenClDevice::acquire(BufferView view) { return handOver("taking memory over", view, &ClBuffer::acquire); }
Event OpenClDevice::release(BufferView view) { return handOver("handing memory over", view, &ClBuffer::release); }

Status OpenClDevice::compile(std::span<const gpu::KernelKey> kernels) {
  TRIREME_TRY(queue_->health());
  return programs_->compile(kernels);
}

Result<std::unique_ptr<gpu::GpuExecutable>> OpenClDevice::build(const gpu::DispatchList& list,
                                                                std::span<const BufferView> buffers) {
  return buildExecutable({api_, *this, *queue_, *programs_, limits_, flushEvery_, longPatience_}, list, buffers);
}

}  // namespace trireme::opencl
