#include "tests/support/reversing.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

#include "core/base/for_good.h"

namespace trireme::support {

using gpu::Binding;
using gpu::BufferSpec;

gpu::DispatchList reversing(int32_t count, size_t steps, size_t alignment) {
  const size_t bytes = size_t(count) * 4;
  const size_t slot = (bytes + alignment - 1) / alignment * alignment;
  gpu::DispatchList list;
  list.buffers = {{BufferSpec::Kind::Input, 0, bytes},
                  {BufferSpec::Kind::Output, 0, bytes},
                  {BufferSpec::Kind::Scratch, 0, 2 * slot}};
  for (size_t i = 0; i < steps; ++i) {
    const Binding from = i == 0 ? Binding{0, false, 0, bytes} : Binding{2, false, (i - 1) % 2 * slot, bytes};
    const Binding to = i + 1 == steps ? Binding{1, true, 0, bytes} : Binding{2, true, i % 2 * slot, bytes};
    gpu::CopyParams params;
    params.d1 = params.d2 = params.d3 = params.rows = 1;
    params.n0 = params.n1 = params.n2 = params.n3 = 1;
    params.d4 = params.n4 = params.channels = count;
    params.srcAt = count - 1;
    params.s4 = -1;
    params.t4 = 1;
    params.run = 4;
    params.srcEnd = count;
    gpu::Dispatch one;
    const uint32_t items = i % 2 == 0 ? 8 : 4;
    one.kernel = {gpu::Program::Copy, gpu::variantOf(gpu::Program::Copy, "D=i32 S=i32"), {items, 1, 1}, {0}};
    one.bindings = {from, to};
    const auto* raw = reinterpret_cast<const std::byte*>(&params);
    one.params.assign(raw, raw + sizeof params);
    one.groups = {(uint32_t(count + 3) / 4 + items - 1) / items, 1, 1};
    list.dispatches.push_back(std::move(one));
  }
  list.calls.resize(1);
  gpu::markHazards(list);
  return list;
}

std::vector<gpu::KernelKey> keysOf(const gpu::DispatchList& list) {
  std::set<gpu::KernelKey> keys;
  for (const gpu::Dispatch& one : list.dispatches) keys.insert(one.kernel);
  return {keys.begin(), keys.end()};
}

Result<Bound> bind(gpu::GpuDevice& device, const gpu::DispatchList& list) {
  TRIREME_TRY(device.compile(keysOf(list)));
  Bound bound;
  for (const BufferSpec& spec : list.buffers) {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(spec.bytes));
    bound.views.push_back({buffer.get(), 0, spec.bytes});
    bound.buffers.push_back(std::move(buffer));
  }
  TRIREME_ASSIGN(bound.executable, device.build(list, bound.views));
  return bound;
}

Result<std::vector<float>> runOnce(gpu::GpuDevice& device, Bound& bound, int32_t count) {
  struct HostSide {
    std::vector<float> in, out;
  };
  const auto host = std::make_shared<HostSide>(HostSide{counting(count, false), {}});
  host->out.assign(host->in.size(), -1.0f);
  const Event up = device.upload(std::as_bytes(std::span(host->in)), bound.views[0]);
  const Event ran = bound.executable->run();
  const Event down = device.download(bound.views[1], std::as_writable_bytes(std::span(host->out)));
  const Status first = up.wait(), second = ran.wait(), third = down.wait();
  if (!first.ok() || !second.ok() || !third.ok()) base::keepForGood(host);  // the driver may still come to it
  TRIREME_TRY(first);
  TRIREME_TRY(second);
  TRIREME_TRY(third);
  return host->out;
}

std::vector<float> counting(int32_t count, bool reversed) {
  std::vector<float> values(size_t(count), 0.0f);
  std::iota(values.begin(), values.end(), 0.0f);
  if (reversed) std::ranges::reverse(values);
  return values;
}

Status handOver(gpu::GpuDevice& device) {
  const size_t unit = device.memory().importAlignment;
  if (unit == 0) return {};
  const std::unique_ptr<std::byte, decltype(&std::free)> arena(static_cast<std::byte*>(std::aligned_alloc(unit, unit)),
                                                               std::free);
  TRIREME_ASSIGN(const std::unique_ptr<Buffer> imported, device.import({arena.get(), unit}));
  const Event taken = device.acquire({imported.get(), 0, 64}), given = device.release({imported.get(), 0, 64});
  const Event again = device.acquire({imported.get(), 0, 64});
  const Status first = taken.wait(), second = given.wait(), third = again.wait();
  TRIREME_TRY(first);
  TRIREME_TRY(second);
  return third;
}

}  // namespace trireme::support
