#include "delegates/gpu/self_check.h"

#include <fmt/format.h>

#include <cstring>

#include "core/base/clock.h"
#include "core/base/for_good.h"

namespace trireme::gpu {
namespace {

constexpr uint32_t kItems = 8;  // of a group
constexpr int32_t kRun = 4;     // elements an item copies
constexpr int32_t kLane = 48;   // elements of a row with its pad lanes: a multiple of every vector width
constexpr size_t kSlot = 4096;  // of the memory that each list uses
constexpr float kUnwritten = -7;
constexpr std::string_view kGood = "good";  // as it is kept

struct Pair {
  float before, after;  // float32, and the same through half precision
};
// Exact ones, one that is rounded, ties to even both ways, the largest, and what saturates.
constexpr Pair kHalves[] = {{0, 0},
                            {1, 1},
                            {-2.5f, -2.5f},
                            {0.1f, 0.0999755859375f},
                            {1 + 0x1p-11f, 1},
                            {1 + 0x3p-11f, 1 + 0x1p-9f},
                            {-1023.75f, -1024},
                            {65504, 65504},
                            {70000, 65504},
                            {-70000, -65504}};
constexpr int32_t kCount = int32_t(std::size(kHalves));

// A run of elements: dst[i] = src[from + i * step], zero from `count` on.
CopyParams run(int32_t from, int32_t step, int32_t count) {
  CopyParams params;
  params.d1 = params.d2 = params.d3 = 1;
  params.n0 = params.n1 = params.n2 = params.n3 = 1;
  params.d4 = kLane;
  params.n4 = params.channels = count;
  params.srcAt = from;
  params.s4 = step;
  params.t4 = 1;
  params.run = kRun;
  params.rows = 1;
  params.srcEnd = kLane;
  return params;
}

Dispatch dispatch(std::string_view variant, const CopyParams& params, Binding from, Binding to) {
  Dispatch one;
  one.kernel = {Program::Copy, variantOf(Program::Copy, variant), {kItems, 1, 1}, {0}};
  to.written = true;
  one.bindings = {from, to};
  const auto* bytes = reinterpret_cast<const std::byte*>(&params);
  one.params.assign(bytes, bytes + sizeof params);
  one.groups = {(kLane / kRun + kItems - 1) / kItems, 1, 1};
  return one;
}

// Float32 to half in scratch, from there back in reverse order behind two of a fill: the second depends on the first.
DispatchList checkList() {
  DispatchList list;
  list.buffers = {
      {BufferSpec::Kind::Input, 0, kSlot}, {BufferSpec::Kind::Output, 0, kSlot}, {BufferSpec::Kind::Scratch, 0, kSlot}};
  const Binding input{0, false, 0, kLane * 4}, output{1, false, 0, kLane * 4}, half{2, false, 1024, kLane * 2};
  list.dispatches.push_back(dispatch("D=f16 S=f32", run(0, 1, kCount), input, half));
  CopyParams reversed = run(kCount - 1, -1, kCount);
  reversed.b4 = 2;  // two of the fill stand before
  reversed.channels = kCount + 2;
  reversed.fill = 2;
  list.dispatches.push_back(dispatch("D=f32 S=f16", reversed, half, output));
  list.calls.resize(1);
  markHazards(list);
  return list;
}

std::vector<float> expected() {
  std::vector<float> values(kLane, 0.0f);
  values[0] = values[1] = 2;
  for (int32_t i = 0; i < kCount; ++i) values[size_t(i + 2)] = kHalves[kCount - 1 - i].after;
  return values;
}

// Memory of the host that the device may use. Kept for good when the device hangs.
struct HostSide {
  std::vector<float> values = std::vector<float>(kSlot / sizeof(float), kUnwritten), result = values;
};

Result<std::vector<float>> compute(GpuDevice& device, std::chrono::nanoseconds patience) {
  const DispatchList list = checkList();
  std::vector<KernelKey> keys;
  for (const Dispatch& one : list.dispatches) keys.push_back(one.kernel);
  TRIREME_TRY(device.compile(keys));
  auto host = std::make_unique<HostSide>();
  for (int32_t i = 0; i < kCount; ++i) host->values[size_t(i)] = kHalves[i].before;
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  for (const BufferSpec& spec : list.buffers) {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(spec.bytes));
    views.push_back({buffer.get(), 0, spec.bytes});
    buffers.push_back(std::move(buffer));
  }
  TRIREME_ASSIGN(const std::unique_ptr<GpuExecutable> executable, device.build(list, views));
  const Event in = device.upload(std::as_bytes(std::span(host->values)), views[0]);
  const Event clear = device.upload(std::as_bytes(std::span(host->values)), views[1]);
  const Event ran = executable->run();
  const Event out = device.download(views[1], std::as_writable_bytes(std::span(host->result)));
  const TimePoint deadline = base::now() + patience;
  Status status;
  bool hangs = false;
  for (const Event* event : {&in, &clear, &ran, &out}) {  // each is waited for: they use the host's memory
    const Status one = event->wait(deadline);
    hangs = hangs || one.code() == Code::DeadlineExceeded;
    if (status.ok()) status = one;
  }
  if (hangs) {
    base::keepForGood(std::move(host));
    return status;
  }
  TRIREME_TRY(status);
  host->result.resize(kLane);
  return std::move(host->result);
}

}  // namespace

Result<std::string> selfCheck(GpuDevice& device, std::chrono::nanoseconds patience) {
  const std::vector<float> right = expected();
  TRIREME_ASSIGN(const std::vector<float> found, compute(device, patience));
  for (size_t i = 0; i < right.size(); ++i) {
    if (std::memcmp(&right[i], &found[i], sizeof(float)) == 0) continue;
    return fmt::format("element {} of a small copy through half precision is {}, not {}", i, found[i], right[i]);
  }
  return std::string();
}

Status checkDevice(GpuDevice& device, DeviceCache& cache, std::string_view api, std::chrono::nanoseconds patience) {
  std::optional<std::string> verdict = cache.verdict();
  if (!verdict) {
    TRIREME_ASSIGN(const std::string wrong, selfCheck(device, patience));
    verdict = wrong.empty() ? std::string(kGood) : wrong;
    cache.keepVerdict(*verdict);
  }
  if (*verdict == kGood) return {};
  return Status::error(Code::DeviceLost,
                       fmt::format("{} device '{}' computes wrongly: {}", api, device.name(), *verdict));
}

}  // namespace trireme::gpu
