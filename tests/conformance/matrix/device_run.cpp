#include "tests/conformance/matrix/device_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kGuard = 256;
using Tensors = std::vector<std::vector<std::byte>>;

Status outside(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

}  // namespace

Result<DeviceRun::Memory> DeviceRun::allocate(const BufferNeed& need, size_t dense) const {
  const size_t alignment = std::max({kGuard, need.alignment, device_->memory().alignment});
  const size_t bytes = std::max(need.bytes, dense);
  Memory memory;
  TRIREME_ASSIGN(memory.buffer, device_->allocate(alignment + bytes + kGuard));
  memory.view = {memory.buffer.get(), alignment, bytes};
  memory.image.resize(alignment + bytes + kGuard);
  return memory;
}

Result<DeviceRun> DeviceRun::create(Delegate& delegate, const Graph& graph, Precision precision) {
  DeviceRun run(delegate.device());
  const NodeId node{0};
  CompileOptions options;
  options.precision = precision;
  const PartitionView view{graph, std::span(&node, 1), graph.inputs(), graph.outputs()};
  TRIREME_ASSIGN(run.compiled_, delegate.compile(view, options));
  const PartitionNeeds& needs = run.compiled_->needs();
  if (needs.inputs.size() != graph.inputs().size() || needs.outputs.size() != graph.outputs().size()) {
    return outside("the needs are not one an input and output");
  }
  std::vector<BufferView> inputs, outputs;
  run.mayChange_.assign(needs.inputs.size(), false);
  for (const InPlace& place : needs.inPlace) run.mayChange_[place.input] = true;
  for (size_t i = 0; i < needs.inputs.size(); ++i) {
    TRIREME_ASSIGN(const size_t dense, byteSize(graph.value(graph.inputs()[i]).type));
    TRIREME_ASSIGN(Memory memory, run.allocate(needs.inputs[i], dense));
    run.inputs_.push_back(std::move(memory));
    inputs.push_back(run.inputs_.back().view);
  }
  for (size_t i = 0; i < needs.outputs.size(); ++i) {
    TRIREME_ASSIGN(const size_t dense, byteSize(graph.value(graph.outputs()[i]).type));
    run.dense_.push_back(dense);
    TRIREME_ASSIGN(Memory memory, run.allocate(needs.outputs[i], dense));
    run.outputs_.push_back(std::move(memory));
    outputs.push_back(run.outputs_.back().view);
  }
  if (needs.scratch.bytes > 0) {
    TRIREME_ASSIGN(run.scratch_, run.allocate(needs.scratch, 0));
  }
  TRIREME_ASSIGN(run.bound_, run.compiled_->bind({inputs, outputs, run.scratch_.view}));
  return run;
}

Status DeviceRun::upload(Memory& memory, std::span<const std::byte> content, std::byte fill) const {
  if (!memory.buffer) return {};
  std::fill(memory.image.begin(), memory.image.end(), fill);
  std::copy(content.begin(), content.end(), memory.image.begin() + ptrdiff_t(memory.view.offset));
  return device_->upload(memory.image, {memory.buffer.get(), 0, memory.image.size()}).wait();
}

Result<std::vector<std::byte>> DeviceRun::download(const Memory& memory, std::byte fill) const {
  std::vector<std::byte> all(memory.image.size());
  TRIREME_TRY(device_->download({memory.buffer.get(), 0, all.size()}, all).wait());
  for (size_t i = 0; i < all.size(); ++i) {
    const bool guard = i < memory.view.offset || i >= memory.view.offset + memory.view.size;
    if (!guard || all[i] == fill) continue;
    return outside(fmt::format("byte {} of a buffer of {} was written", int64_t(i) - int64_t(memory.view.offset),
                               memory.view.size));
  }
  return all;
}

Result<Tensors> DeviceRun::run(const Tensors& inputs, std::byte fill) {
  for (size_t i = 0; i < inputs_.size(); ++i) TRIREME_TRY(upload(inputs_[i], inputs[i], fill));
  for (Memory& output : outputs_) TRIREME_TRY(upload(output, {}, fill));
  TRIREME_TRY(upload(scratch_, {}, fill));
  TRIREME_TRY(bound_->submit(nullptr).wait());
  Tensors results;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    TRIREME_ASSIGN(const std::vector<std::byte> all, download(outputs_[i], fill));
    const auto from = all.begin() + ptrdiff_t(outputs_[i].view.offset);
    results.emplace_back(from, from + ptrdiff_t(dense_[i]));
  }
  if (scratch_.buffer) TRIREME_TRY(download(scratch_, fill).status());
  for (size_t i = 0; i < inputs_.size(); ++i) {
    TRIREME_ASSIGN(const std::vector<std::byte> all, download(inputs_[i], fill));
    if (!mayChange_[i] && all != inputs_[i].image) return outside(fmt::format("input {} was written", i));
  }
  return results;
}

}  // namespace trireme::conformance::matrix
