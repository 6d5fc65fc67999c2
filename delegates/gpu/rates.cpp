#include <algorithm>

#include "core/base/clock.h"
#include "delegates/gpu/copies.h"
#include "delegates/gpu/costs.h"
#include "delegates/gpu/emitter.h"
#include "delegates/gpu/lower/matrix.h"
#include "delegates/gpu/uploads.h"

// Costs of a device, measured with lists that stand for no model.
namespace trireme::gpu {
namespace {

constexpr size_t kRuns = 25;
constexpr double kBudget = 0.02;  // seconds a trial; one run at least
constexpr int kChain = 32;        // dispatches more than one, to see what each adds
constexpr int64_t kTinyRows = 8, kLeastRows = 256, kLargeRows = 1 << 14, kChannels = 64, kDepth = 128;
constexpr int64_t kMostPixels = 4096;

// A list with the memory that it needs.
class Trial {
 public:
  Trial(GpuDevice& device, LoweredPartition lowered, std::chrono::nanoseconds patience)
      : device_(device), lowered_(std::move(lowered)), patience_(patience) {}

  Status prepare() {
    std::vector<KernelKey> keys;
    for (const Dispatch& dispatch : lowered_.list.dispatches) {
      if (std::find(keys.begin(), keys.end(), dispatch.kernel) == keys.end()) keys.push_back(dispatch.kernel);
    }
    TRIREME_TRY(device_.compile(keys));
    std::vector<BufferView> views;
    for (const BufferSpec& buffer : lowered_.list.buffers) {
      TRIREME_ASSIGN(std::unique_ptr<Buffer> memory, device_.allocate(buffer.bytes));
      const BufferView whole{memory.get(), 0, buffer.bytes};  // memory that was never written may be slower
      TRIREME_TRY(uploadAndWait(device_, std::vector<std::byte>(buffer.bytes), whole, base::now() + patience_));
      views.push_back({memory.get(), 0, buffer.bytes});
      memory_.push_back(std::move(memory));
    }
    TRIREME_ASSIGN(executable_, device_.build(lowered_.list, views));
    return {};
  }
  // On the device's clock: from the start of the first dispatch to the end of the last. The best run: others are those
  // in which something else had the device.
  Result<double> deviceSeconds() {
    std::vector<Times> times;
    std::vector<double> all;
    TRIREME_TRY(executable_->runTimed(times));
    double spent = 0;
    while (all.size() < kRuns && (all.empty() || spent < kBudget)) {
      TRIREME_TRY(executable_->runTimed(times));
      all.push_back(base::seconds(times.front().begin, times.back().end));
      spent += all.back();
    }
    return *std::min_element(all.begin(), all.end());
  }
  // On the host's clock, after deviceSeconds(): from the start to the moment when it has heard of the end. The median:
  // waking a thread takes longer at times, and that is part of it.
  Result<double> hostSeconds() {
    std::vector<double> all;
    double spent = 0;
    while (all.size() < kRuns && (all.empty() || spent < kBudget)) {
      const TimePoint begin = base::now();
      TRIREME_TRY(executable_->run().wait(begin + patience_));
      all.push_back(base::seconds(begin, base::now()));
      spent += all.back();
    }
    std::ranges::nth_element(all, all.begin() + ptrdiff_t(all.size() / 2));
    return all[all.size() / 2];
  }

 private:
  GpuDevice& device_;
  LoweredPartition lowered_;
  std::chrono::nanoseconds patience_;
  std::vector<std::unique_ptr<Buffer>> memory_;
  std::unique_ptr<GpuExecutable> executable_;
};

// `count` copies of `rows` rows, each reading what the one before wrote.
Result<LoweredPartition> copyChain(const GpuDevice& device, int count, int64_t rows) {
  const Graph none;
  Emitter emitter({none, {}, {}, {}}, device.limits(), Precision::Exact, LowerFor::Running);
  emitter.beginCall({});
  Tensor from = emitter.scratch(Storage::F32, rows, kChannels), to = emitter.scratch(Storage::F32, rows, kChannels);
  for (int i = 0; i < count; ++i, std::swap(from, to)) emitCopy(emitter, from, to);
  return emitter.finish();
}

Result<double> measureCopyChain(GpuDevice& device, int count, int64_t rows, std::chrono::nanoseconds patience) {
  TRIREME_ASSIGN(LoweredPartition lowered, copyChain(device, count, rows));
  Trial trial(device, std::move(lowered), patience);
  TRIREME_TRY(trial.prepare());
  return trial.deviceSeconds();
}

// A layer of 1x1 filters, as convolutions and matrix products are lowered.
struct MatrixTrial {
  double seconds = 0, operations = 0;
};
Result<MatrixTrial> measureMatrix(GpuDevice& device, int64_t pixels, std::chrono::nanoseconds patience) {
  const Graph none;
  Emitter emitter({none, {}, {}, {}}, device.limits(), Precision::Exact, LowerFor::Running);
  emitter.beginCall({});
  const Tensor src = emitter.scratch(Storage::F32, pixels, kDepth);
  const Tensor dst = emitter.scratch(Storage::F32, pixels, kDepth);
  FloatFinish finish;
  finish.range = finish.second = *common::activationRange(Activation::None);
  MatrixJob job;
  job.floats = &finish;
  MatrixGeometry geometry;
  geometry.outW = pixels;
  geometry.channels = geometry.depth = geometry.readable = kDepth;
  geometry.srcX = src.pitch;
  placeRows(geometry, dst);
  emitMatrix(emitter, job, geometry, src, dst,
             [](int64_t, int64_t, std::span<float> row) { std::ranges::fill(row, 1.0f); });
  TRIREME_ASSIGN(LoweredPartition lowered, emitter.finish());
  MatrixTrial found;
  for (const Dispatch& dispatch : lowered.list.dispatches) found.operations += dispatch.operations;
  Trial trial(device, std::move(lowered), patience);
  TRIREME_TRY(trial.prepare());
  TRIREME_ASSIGN(found.seconds, trial.deviceSeconds());
  return found;
}

}  // namespace

Result<GpuRates> measureRates(GpuDevice& device, std::chrono::nanoseconds patience) {
  GpuRates rates = guessRates(device.limits());
  constexpr double kLeast = 1e-8, kLeastStart = 1e-6;
  TRIREME_ASSIGN(LoweredPartition tiny, copyChain(device, 1, kTinyRows));
  Trial single(device, std::move(tiny), patience);
  TRIREME_TRY(single.prepare());
  TRIREME_ASSIGN(const double one, single.deviceSeconds());
  TRIREME_ASSIGN(const double seen, single.hostSeconds());
  rates.submitSeconds = std::max(seen - one, kLeastStart);
  TRIREME_ASSIGN(const double chain, measureCopyChain(device, 1 + kChain, kTinyRows, patience));
  rates.dispatchSeconds = std::max((chain - one) / kChain, kLeast);
  // As many rows as the device copies in a time that can be told from that of a tiny copy.
  for (int64_t rows = kLeastRows; rows <= kLargeRows; rows *= 4) {
    TRIREME_ASSIGN(const double large, measureCopyChain(device, 1, rows, patience));
    const double bytes = 2.0 * double(rows * kChannels) * sizeof(float);
    rates.bytesPerSecond = bytes / std::max(large, kLeast);
    if (large > kBudget) break;
  }
  // There a copy's time is that of its instructions, whether memory is cold or not.
  if (device.limits().lanesAcross) rates.bytesPerSecond /= kColdMemory;
  for (int64_t pixels = kTinyRows; pixels <= kMostPixels; pixels *= 8) {
    TRIREME_ASSIGN(const MatrixTrial matrix, measureMatrix(device, pixels, patience));
    rates.matrixFlops = matrix.operations / std::max(matrix.seconds, kLeast);
    if (matrix.seconds > kBudget) break;
  }
  return rates;
}

}  // namespace trireme::gpu
