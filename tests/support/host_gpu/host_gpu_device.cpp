#include "tests/support/host_gpu/host_gpu_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "core/base/clock.h"
#include "delegates/gpu/gpu_delegate.h"
#include "kernels/gpu/prelude_host.h"
#include "tests/support/host_gpu/host_programs.h"

#undef KERNEL

namespace trireme::gpu::host {
namespace {

constexpr size_t kAlignment = 256;

class HostGpuBuffer final : public Buffer {
 public:
  HostGpuBuffer(const Device& device, size_t bytes)
      : device_(device),
        size_(bytes),
        data_(static_cast<std::byte*>(::operator new (bytes, std::align_val_t{kAlignment}))) {
    std::memset(data_, 0xFF, bytes);
  }
  ~HostGpuBuffer() override { ::operator delete (data_, std::align_val_t{kAlignment}); }
  HostGpuBuffer(const HostGpuBuffer&) = delete;
  HostGpuBuffer& operator=(const HostGpuBuffer&) = delete;
  const Device& device() const override { return device_; }
  size_t size() const override { return size_; }
  std::byte* data() const { return data_; }

 private:
  const Device& device_;
  size_t size_;
  std::byte* data_;
};

std::byte* dataOf(const BufferView& view) { return static_cast<HostGpuBuffer*>(view.buffer)->data() + view.offset; }

// Where the items of a group wait for each other. Once one of them has failed, nobody waits any more.
class Meeting {
 public:
  struct Broken {};
  explicit Meeting(uint32_t count) : count_(count) {}
  void arrive() {
    std::unique_lock lock(mutex_);
    const uint64_t round = round_;
    if (++waiting_ == count_) {
      waiting_ = 0;
      ++round_;
      all_.notify_all();
    }
    all_.wait(lock, [&] { return round_ != round || failure_; });
    if (failure_) throw Broken();
  }
  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    all_.notify_all();
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const uint32_t count_;
  std::mutex mutex_;
  std::condition_variable all_;
  uint32_t waiting_ = 0;
  uint64_t round_ = 0;
  std::exception_ptr failure_;
};

Item itemOf(const Dispatch& dispatch, const Extent& group, uint32_t number, std::span<float> shared) {
  const Extent& local = dispatch.kernel.local;
  Item item;
  const uint32_t at[] = {number % local[0], number / local[0] % local[1], number / local[0] / local[1]};
  for (size_t d = 0; d < 3; ++d) {
    item.local[d] = int(at[d]);
    item.group[d] = int(group[d]);
    item.global[d] = int(group[d] * local[d] + at[d]);
  }
  const uint32_t groupNumber = (group[2] * dispatch.groups[1] + group[1]) * dispatch.groups[0] + group[0];
  item.number = groupNumber * local[0] * local[1] * local[2] + number + 1;
  item.shared = shared.data();
  item.sharedCount = shared.size();
  return item;
}

template <class Work>
void eachGroup(const Dispatch& dispatch, Work work) {
  Extent group;
  for (group[2] = 0; group[2] < dispatch.groups[2]; ++group[2]) {
    for (group[1] = 0; group[1] < dispatch.groups[1]; ++group[1]) {
      for (group[0] = 0; group[0] < dispatch.groups[0]; ++group[0]) work(group);
    }
  }
}

// Group by group, its items one after another.
void runInTurn(HostKernel kernel, const HostCall& call, const Dispatch& dispatch, uint32_t items,
               std::span<float> shared) {
  eachGroup(dispatch, [&](const Extent& group) {
    for (uint32_t number = 0; number < items; ++number) kernel(call, itemOf(dispatch, group, number, shared));
  });
}

// Group by group, its items at once, each on a thread: they meet at barriers.
void runAtOnce(HostKernel kernel, const HostCall& call, const Dispatch& dispatch, uint32_t items,
               std::span<float> shared) {
  Meeting meeting(items);
  const auto runItem = [&](uint32_t number) {
    try {
      eachGroup(dispatch, [&](const Extent& group) {
        Item item = itemOf(dispatch, group, number, shared);
        item.barrier = &meeting;
        item.arrive = [](void* place) { static_cast<Meeting*>(place)->arrive(); };
        kernel(call, item);
        meeting.arrive();  // the next group uses the same local memory
      });
    } catch (const Meeting::Broken&) {
    } catch (...) {
      meeting.fail(std::current_exception());
    }
  };
  std::vector<std::jthread> threads;
  for (uint32_t number = 0; number < items; ++number) threads.emplace_back(runItem, number);
  threads.clear();
  meeting.rethrow();
}

class HostGpuExecutable final : public GpuExecutable {
 public:
  HostGpuExecutable(const DispatchList& list, std::span<const BufferView> views, const GpuLimits& limits)
      : list_(list),
        views_(views.begin(), views.end()),
        shared_(limits.sharedBytes / sizeof(float)),
        width_(limits.vectorWidth) {}

  Event run() override {
    for (const Dispatch& dispatch : list_.dispatches) {
      try {
        runDispatch(dispatch);
      } catch (const std::exception& failure) {
        return Event::failed(Status::error(Code::Internal, kernelText(dispatch.kernel) + ": " + failure.what()));
      }
    }
    return {};
  }
  Status runTimed(std::vector<Times>& dispatches) override {
    dispatches.clear();
    for (const Dispatch& dispatch : list_.dispatches) {
      Times times;
      times.queued = times.begin = base::now();
      runDispatch(dispatch);
      times.end = base::now();
      dispatches.push_back(times);
    }
    return {};
  }

 private:
  void runDispatch(const Dispatch& dispatch) {
    const ProgramInfo& info = programInfo(dispatch.kernel.program);
    std::vector<HostMemory> memory;
    std::vector<std::vector<uint32_t>> writers(dispatch.bindings.size());
    for (size_t i = 0; i < dispatch.bindings.size(); ++i) {
      const Binding& binding = dispatch.bindings[i];
      if (binding.written) writers[i].resize(binding.bytes);
      memory.push_back({dataOf(views_[binding.buffer]) + binding.offset, binding.bytes, writers[i].data()});
    }
    const HostCall call{memory, dispatch.params.data(), dispatch.kernel.constants};
    const Extent& local = dispatch.kernel.local;
    const HostKernel kernel = hostKernel(dispatch.kernel, width_);
    const bool meets = info.text.find("BARRIER") != std::string_view::npos;
    (meets ? runAtOnce : runInTurn)(kernel, call, dispatch, local[0] * local[1] * local[2], shared_);
  }

  const DispatchList& list_;
  std::vector<BufferView> views_;
  std::vector<float> shared_;
  uint32_t width_;
};

class HostGpuDevice final : public GpuDevice {
 public:
  explicit HostGpuDevice(const GpuLimits& limits)
      : limits_(limits), name_(fmt::format("host, vectors of {}", limits.vectorWidth)) {
    traits_.alignment = kAlignment;
    traits_.maxAllocation = limits.maxAllocation;
  }
  std::string_view name() const override { return name_; }
  const MemoryTraits& memory() const override { return traits_; }
  const GpuLimits& limits() const override { return limits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override {
    return std::unique_ptr<Buffer>(std::make_unique<HostGpuBuffer>(*this, bytes));
  }
  Event upload(std::span<const std::byte> from, BufferView to) override {
    std::copy(from.begin(), from.end(), dataOf(to));
    return {};
  }
  Event download(BufferView from, std::span<std::byte> to) override {
    std::copy_n(dataOf(from), to.size(), to.data());
    return {};
  }
  Status compile(std::span<const KernelKey> kernels) override {
    for (const KernelKey& key : kernels) {
      if (!hostKernel(key, limits_.vectorWidth)) return Status::error(Code::Internal, "no program " + kernelText(key));
      const uint64_t items = uint64_t{key.local[0]} * key.local[1] * key.local[2];
      if (items > limits_.maxGroupSize) return Status::error(Code::Internal, "a group too large: " + kernelText(key));
    }
    return {};
  }
  Result<std::unique_ptr<GpuExecutable>> build(const DispatchList& list, std::span<const BufferView> buffers) override {
    for (size_t i = 0; i < buffers.size(); ++i) {
      if (buffers[i].size < list.buffers[i].bytes) return Status::error(Code::Internal, "a buffer is too small");
    }
    for (const Dispatch& dispatch : list.dispatches) {
      for (const Binding& binding : dispatch.bindings) {
        if (binding.offset % limits_.bindingAlignment == 0) continue;
        return Status::error(Code::Internal, "a binding is not aligned: " + kernelText(dispatch.kernel));
      }
    }
    return std::unique_ptr<GpuExecutable>(std::make_unique<HostGpuExecutable>(list, buffers, limits_));
  }

 private:
  GpuLimits limits_;
  std::string name_;
  MemoryTraits traits_;
};

}  // namespace

HostKernel hostKernel(const KernelKey& key, uint32_t vectorWidth) {
  for (const std::span<const HostProgram>& program : hostPrograms()) {
    for (const HostProgram& one : program) {
      if (one.name != programInfo(key.program).name) break;
      if (one.vectorWidth == vectorWidth && one.variant == key.variant) return one.kernel;
    }
  }
  return nullptr;
}

std::unique_ptr<GpuDevice> makeHostGpu(const GpuLimits& limits) { return std::make_unique<HostGpuDevice>(limits); }

std::unique_ptr<GpuDevice> makeHostGpu(uint32_t vectorWidth) {
  GpuLimits limits;
  limits.vectorWidth = vectorWidth;
  limits.float64 = true;
  limits.cores = vectorWidth == 16;  // so that both shapes of dispatches are run
  return makeHostGpu(limits);
}

std::shared_ptr<Delegate> makeHostGpuDelegate(uint32_t vectorWidth, std::optional<Precision> precision) {
  return makeGpuDelegate(makeHostGpu(vectorWidth), {fmt::format("host{}", vectorWidth), "C++", precision, false});
}

GpuLimits tiledLimits(uint32_t vectorWidth, uint32_t groupSize) {
  GpuLimits limits;
  limits.vectorWidth = vectorWidth;
  limits.float64 = true;
  limits.sharedBytes = 49152;
  limits.localTiles = true;
  limits.maxGroupSize = groupSize;
  return limits;
}

namespace {

std::shared_ptr<Delegate> delegateOf(const GpuLimits& limits, std::string_view form) {
  return makeGpuDelegate(makeHostGpu(limits), {fmt::format("host{}-{}", limits.vectorWidth, form), "C++", {}, false});
}

}  // namespace

std::shared_ptr<Delegate> makeTiledHostGpuDelegate(uint32_t vectorWidth) {
  return delegateOf(tiledLimits(vectorWidth), "tiles");
}

GpuLimits lanesLimits() {
  GpuLimits limits;
  limits.lanesAcross = true;
  limits.float64 = true;
  limits.computeUnits = 2;
  limits.readSlack = 16;
  return limits;
}

std::shared_ptr<Delegate> makeLanesHostGpuDelegate() { return delegateOf(lanesLimits(), "lanes"); }

GpuLimits productLimits(uint32_t vectorWidth, int32_t groups) {
  GpuLimits limits;
  limits.vectorWidth = vectorWidth;
  limits.float64 = true;
  limits.sharedBytes = 49152;
  limits.dotProducts = true;
  limits.matrixUnit = MatrixUnit{.m = 4, .crew = 2, .groups = groups};
  return limits;
}

std::shared_ptr<Delegate> makeProductHostGpuDelegate(uint32_t vectorWidth) {
  return delegateOf(productLimits(vectorWidth), "products");
}

}  // namespace trireme::gpu::host
