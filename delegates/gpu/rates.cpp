#include <algorithm>

#include "core/base/clock.h"
#include "delegates/gpu/copies.h"
#include "delegates/gpu/costs.h"
#include "delegates/gpu/emitter.h"

// Costs of a device, measured with lists that stand for no model.
namespace trireme::gpu {
namespace {

constexpr int kRuns = 11;
constexpr int kChain = 32;  // dispatches more than one, to see what each adds
constexpr int64_t kTinyRows = 8, kLargeRows = 1 << 14, kChannels = 64;
constexpr double kPatience = 10;  // seconds, for a device that hangs

// A list with the memory that it needs.
class Trial {
 public:
  Trial(GpuDevice& device, LoweredPartition lowered) : device_(device), lowered_(std::move(lowered)) {}

  Status prepare() {
    std::vector<KernelKey> keys;
    for (const Dispatch& dispatch : lowered_.list.dispatches) {
      if (std::find(keys.begin(), keys.end(), dispatch.kernel) == keys.end()) keys.push_back(dispatch.kernel);
    }
    TRIREME_TRY(device_.compile(keys));
    std::vector<BufferView> views;
    for (const BufferSpec& buffer : lowered_.list.buffers) {
      TRIREME_ASSIGN(std::unique_ptr<Buffer> memory, device_.allocate(buffer.bytes));
      const std::vector<std::byte> zeros(buffer.bytes);  // memory that was never written may be slower
      TRIREME_TRY(device_.upload(zeros, {memory.get(), 0, buffer.bytes}).wait(patience()));
      views.push_back({memory.get(), 0, buffer.bytes});
      memory_.push_back(std::move(memory));
    }
    TRIREME_ASSIGN(executable_, device_.build(lowered_.list, views));
    return {};
  }
  // The median, the first run left out.
  Result<double> seconds() {
    std::vector<double> all;
    for (int i = 0; i <= kRuns; ++i) {
      const TimePoint begin = base::now();
      TRIREME_TRY(executable_->run().wait(patience()));
      if (i > 0) all.push_back(base::seconds(begin, base::now()));
    }
    std::nth_element(all.begin(), all.begin() + kRuns / 2, all.end());
    return all[kRuns / 2];
  }

 private:
  static TimePoint patience() { return base::after(base::now(), kPatience); }

  GpuDevice& device_;
  LoweredPartition lowered_;
  std::vector<std::unique_ptr<Buffer>> memory_;
  std::unique_ptr<GpuExecutable> executable_;
};

// `count` copies of `rows` rows, each reading what the one before wrote.
Result<double> measureCopyChain(GpuDevice& device, int count, int64_t rows) {
  const Graph none;
  Emitter emitter({none, {}, {}, {}}, device.limits(), Precision::Exact, LowerFor::Running);
  emitter.beginCall({});
  Tensor from = emitter.scratch(Storage::F32, rows, kChannels), to = emitter.scratch(Storage::F32, rows, kChannels);
  for (int i = 0; i < count; ++i, std::swap(from, to)) emitCopy(emitter, from, to);
  TRIREME_ASSIGN(LoweredPartition lowered, emitter.finish());
  Trial trial(device, std::move(lowered));
  TRIREME_TRY(trial.prepare());
  return trial.seconds();
}

Result<double> measureUpload(GpuDevice& device, size_t bytes) {
  TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(bytes));
  const std::vector<std::byte> host(bytes);
  std::vector<double> all;
  for (int i = 0; i <= kRuns; ++i) {
    const TimePoint begin = base::now();
    TRIREME_TRY(device.upload(host, {buffer.get(), 0, bytes}).wait(base::after(begin, kPatience)));
    if (i > 0) all.push_back(base::seconds(begin, base::now()));
  }
  std::nth_element(all.begin(), all.begin() + kRuns / 2, all.end());
  return all[kRuns / 2];
}

}  // namespace

Result<GpuRates> measureRates(GpuDevice& device) {
  GpuRates rates = guessRates(device.limits());
  constexpr double kLeast = 1e-8;
  TRIREME_ASSIGN(const double one, measureCopyChain(device, 1, kTinyRows));
  TRIREME_ASSIGN(const double chain, measureCopyChain(device, 1 + kChain, kTinyRows));
  rates.dispatchSeconds = std::max((chain - one) / kChain, kLeast);
  rates.submitSeconds = std::max(one - rates.dispatchSeconds, kLeast);
  TRIREME_ASSIGN(const double large, measureCopyChain(device, 1, kLargeRows));
  const double bytes = 2.0 * double(kLargeRows * kChannels) * sizeof(float);
  rates.bytesPerSecond = bytes / std::max(large - one, kLeast);
  constexpr size_t kSmallCopy = 4096, kLargeCopy = size_t{1} << 20;
  TRIREME_ASSIGN(const double small, measureUpload(device, kSmallCopy));
  TRIREME_ASSIGN(const double whole, measureUpload(device, kLargeCopy));
  rates.copyBytesPerSecond = double(kLargeCopy - kSmallCopy) / std::max(whole - small, kLeast);
  rates.copyStartSeconds = small;
  return rates;
}

}  // namespace trireme::gpu
