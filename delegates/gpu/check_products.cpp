#include "delegates/gpu/check_products.h"

#include <fmt/format.h>

#include <cstring>

#include "core/base/clock.h"
#include "core/base/for_good.h"
#include "delegates/gpu/lower/matrix.h"
#include "delegates/gpu/uploads.h"
#include "kernels/common/half_float.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kPixels = 37, kDepth = 40, kChannels = 24;
constexpr int32_t kImageZero = 5, kFilterZero = 7, kOutputZero = 100;  // of uint8
constexpr common::Multiplier kScale{1 << 30, -3};                      // 2^-4

int32_t inputAt(int64_t pixel, int64_t k) { return int32_t((pixel * 7 + k * 3) % 11) - 5; }
int32_t weightAt(int64_t channel, int64_t k) { return int32_t((channel * 5 + k) % 13) - 6; }
int32_t sumOf(int64_t pixel, int64_t channel) {
  int32_t sum = 0;
  for (int64_t k = 0; k < kDepth; ++k) sum += inputAt(pixel, k) * weightAt(channel, k);
  return sum;
}

// A list with one dispatch, which reads binding 0 and writes the last one.
struct Product {
  LoweredPartition lowered;
  const Dispatch& dispatch() const { return lowered.list.dispatches.front(); }
};

Result<Product> productOf(const GpuLimits& limits, Storage storage, const MatrixJob& job) {
  const Graph none;
  Emitter emitter({none, {}, {}, {}}, limits, Precision::Exact, LowerFor::Running);
  emitter.beginCall({});
  const Tensor src = emitter.scratch(storage, kPixels, kDepth), dst = emitter.scratch(storage, kPixels, kChannels);
  MatrixGeometry geometry;
  geometry.outW = kPixels;
  geometry.channels = kChannels;
  geometry.depth = kDepth;
  geometry.readable = roundUp(kDepth, limits.vectorWidth);
  geometry.srcX = src.pitch;
  placeRows(geometry, dst);
  emitMatrix(emitter, job, geometry, src, dst, [](int64_t channel, int64_t, std::span<float> row) {
    for (size_t k = 0; k < row.size(); ++k) row[k] = float(weightAt(channel, int64_t(k)));
  });
  TRIREME_ASSIGN(LoweredPartition lowered, emitter.finish());
  return Product{std::move(lowered)};
}

// What the dispatch leaves of `input` in its last binding.
Result<std::vector<std::byte>> compute(GpuDevice& device, const Product& product, std::vector<std::byte> input,
                                       std::chrono::nanoseconds patience) {
  const TimePoint deadline = base::now() + patience;
  const DispatchList& list = product.lowered.list;
  TRIREME_TRY(device.compile(std::span(&product.dispatch().kernel, 1)));
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  for (const BufferSpec& spec : list.buffers) {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(spec.bytes));
    views.push_back({buffer.get(), 0, spec.bytes});
    std::vector<std::byte> content(spec.bytes);
    if (spec.kind == BufferSpec::Kind::Weights) content = product.lowered.weights[spec.number];
    TRIREME_TRY(uploadAndWait(device, std::move(content), views.back(), deadline));
    buffers.push_back(std::move(buffer));
  }
  const Binding &in = product.dispatch().bindings.front(), &out = product.dispatch().bindings.back();
  input.resize(std::min(input.size(), in.bytes));
  TRIREME_TRY(uploadAndWait(device, std::move(input), {views[in.buffer].buffer, in.offset, in.bytes}, deadline));
  TRIREME_ASSIGN(const std::unique_ptr<GpuExecutable> executable, device.build(list, views));
  TRIREME_TRY(executable->run().wait(deadline));
  auto result = std::make_shared<std::vector<std::byte>>(out.bytes);
  const Status status = device.download({views[out.buffer].buffer, out.offset, out.bytes}, *result).wait(deadline);
  if (status.code() == Code::DeadlineExceeded) base::keepForGood(result);
  TRIREME_TRY(status);
  return std::move(*result);
}

// Rows of `pitch` elements of one type; `code` gives an element's bits.
template <class T, class CodeOf>
std::vector<std::byte> rowsOf(int64_t columns, int64_t pitch, CodeOf codeOf) {
  std::vector<T> values(size_t(kPixels * pitch));
  for (int64_t m = 0; m < kPixels; ++m) {
    for (int64_t c = 0; c < columns; ++c) values[size_t(m * pitch + c)] = codeOf(m, c);
  }
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

// Empty where the device computes `right`. Its own failure, or what it says of a program that it cannot compile.
Result<std::string> compared(GpuDevice& device, const Product& product, std::vector<std::byte> input,
                             const std::vector<std::byte>& right, std::chrono::nanoseconds patience) {
  const auto found = compute(device, product, std::move(input), patience);
  if (!found.ok()) {
    if (found.status().code() == Code::DeadlineExceeded || !device.health().ok()) return found.status();
    return std::string(found.status().message());
  }
  const size_t count = std::min(right.size(), found.value().size());
  const auto differs = std::mismatch(right.begin(), right.begin() + ptrdiff_t(count), found.value().begin());
  if (differs.first == right.begin() + ptrdiff_t(count)) return std::string();
  return fmt::format("byte {} of a product of {} x {} by {} x {} is {}, not {}", differs.first - right.begin(), kPixels,
                     kDepth, kDepth, kChannels, int(*differs.second), int(*differs.first));
}

Result<std::string> checkDots(GpuDevice& device, Storage storage, std::chrono::nanoseconds patience) {
  const bool isUnsigned = storage == Storage::U8;
  CodeFinish finish;
  finish.imageZero = isUnsigned ? kImageZero : 0;
  finish.filterZero = isUnsigned ? kFilterZero : 0;
  finish.outputZero = isUnsigned ? kOutputZero : 0;
  finish.range = isUnsigned ? common::CodeRange{0, 255} : common::CodeRange{-128, 127};
  finish.multipliers.assign(size_t(kChannels), kScale);
  MatrixJob job;
  job.codes = &finish;
  GpuLimits limits = device.limits();
  limits.localTiles = false;
  limits.matrixUnit.reset();
  TRIREME_ASSIGN(const Product product, productOf(limits, storage, job));
  const auto inputs = rowsOf<uint8_t>(kDepth, roundUp(kDepth, limits.vectorWidth),
                                      [&](int64_t m, int64_t k) { return uint8_t(inputAt(m, k) + finish.imageZero); });
  const auto right = rowsOf<uint8_t>(kChannels, roundUp(kChannels, limits.vectorWidth), [&](int64_t m, int64_t c) {
    const int32_t code = common::multiply(sumOf(m, c), kScale) + finish.outputZero;
    return uint8_t(std::clamp(code, finish.range.low, finish.range.high));
  });
  return compared(device, product, inputs, right, patience);
}

// By the largest groups and by the smallest.
Result<std::string> checkMatrices(GpuDevice& device, int32_t groups, std::chrono::nanoseconds patience) {
  FloatFinish finish;
  finish.range = finish.second = *common::activationRange(Activation::None);
  MatrixJob job;
  job.floats = &finish;
  GpuLimits limits = device.limits();
  limits.matrixUnit->groups = groups;
  TRIREME_ASSIGN(const Product product, productOf(limits, Storage::F16, job));
  const auto half = [](int32_t value) { return common::halfFromFloat(float(value)); };
  const auto inputs = rowsOf<uint16_t>(kDepth, roundUp(kDepth, limits.vectorWidth),
                                       [&](int64_t m, int64_t k) { return half(inputAt(m, k)); });
  const auto right = rowsOf<uint16_t>(kChannels, roundUp(kChannels, limits.vectorWidth),
                                      [&](int64_t m, int64_t c) { return half(sumOf(m, c)); });
  return compared(device, product, inputs, right, patience);
}

}  // namespace

Result<ProductFaults> checkProducts(GpuDevice& device, std::chrono::nanoseconds patience) {
  ProductFaults faults;
  if (device.limits().dotProducts) {
    for (const Storage storage : {Storage::I8, Storage::U8}) {
      if (!faults.dots.empty()) break;
      TRIREME_ASSIGN(faults.dots, checkDots(device, storage, patience));
    }
  }
  if (device.limits().matrixUnit) {
    for (const int32_t groups : {1, INT32_MAX}) {
      if (!faults.matrices.empty()) break;
      TRIREME_ASSIGN(faults.matrices, checkMatrices(device, groups, patience));
    }
  }
  return faults;
}

}  // namespace trireme::gpu
