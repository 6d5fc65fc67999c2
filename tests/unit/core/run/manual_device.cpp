#include "tests/unit/core/run/manual_device.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace trireme::run {
namespace {

class HiddenBuffer final : public Buffer {
 public:
  HiddenBuffer(const Device& device, size_t bytes) : device_(device), owned_(bytes), bytes_(owned_) {}
  HiddenBuffer(const Device& device, std::span<std::byte> bytes) : device_(device), bytes_(bytes) {}
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_.size(); }
  std::byte* data() { return bytes_.data(); }

 private:
  const Device& device_;
  std::vector<std::byte> owned_;
  std::span<std::byte> bytes_;
};

class BoundAddOne final : public BoundPartition {
 public:
  BoundAddOne(const AddOne& compiled, const std::byte* from, std::byte* to, size_t bytes)
      : compiled_(compiled), from_(from), to_(to), bytes_(bytes) {}
  Event submit(TraceSink*) override {
    std::transform(from_, from_ + bytes_, to_, [](std::byte one) { return std::byte(int(one) + 1); });
    return compiled_.trouble ? compiled_.trouble() : Event();
  }

 private:
  const AddOne& compiled_;
  const std::byte* from_;
  std::byte* to_;
  size_t bytes_;
};

constexpr size_t kBytes = 16;

}  // namespace

bool ManualTimeline::reached(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return reached_ >= point;
}
Status ManualTimeline::wait(uint64_t point, TimePoint deadline) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return reached_ >= point; })) {
    return Status::error(Code::DeadlineExceeded, "not yet");
  }
  return results_[point - 1];
}
uint64_t ManualTimeline::add() {
  std::lock_guard lock(mutex_);
  results_.emplace_back();
  return ++added_;
}
void ManualTimeline::reach(uint64_t point, Status status) {
  std::lock_guard lock(mutex_);
  reached_ = std::max(reached_, point);
  results_[point - 1] = std::move(status);
  changed_.notify_all();
}
void ManualTimeline::reachAll() {
  std::lock_guard lock(mutex_);
  reached_ = added_;
  changed_.notify_all();
}
uint64_t ManualTimeline::added() const {
  std::lock_guard lock(mutex_);
  return added_;
}

Event ManualDevice::done() { return manual ? Event(timeline, timeline->add()) : Event(); }

Result<std::unique_ptr<Buffer>> ManualDevice::allocate(size_t bytes) {
  if (throws) throw std::runtime_error("no memory today");
  if (givesNull) return std::unique_ptr<Buffer>();
  return std::unique_ptr<Buffer>(std::make_unique<HiddenBuffer>(*this, bytes - shortBy));
}
Result<std::unique_ptr<Buffer>> ManualDevice::import(std::span<std::byte> host) {
  return std::unique_ptr<Buffer>(std::make_unique<HiddenBuffer>(*this, host));
}
std::byte* ManualDevice::bytes(const BufferView& view) {
  return static_cast<HiddenBuffer*>(view.buffer)->data() + view.offset;
}
Event ManualDevice::upload(std::span<const std::byte> from, BufferView to) {
  calls.push_back("upload");
  std::ranges::copy(from, bytes(to));
  return done();
}
Event ManualDevice::download(BufferView from, std::span<std::byte> to) {
  calls.push_back("download");
  std::copy_n(bytes(from), to.size(), to.begin());
  return done();
}
Event ManualDevice::acquire(BufferView) {
  calls.push_back("acquire");
  return done();
}
Event ManualDevice::release(BufferView) {
  calls.push_back("release");
  return done();
}

Result<std::unique_ptr<BoundPartition>> AddOne::bind(const Bindings& bindings) const {
  if (bindTrouble) return bindTrouble();
  const BufferView &from = bindings.inputs[0], &to = bindings.outputs[0];
  const std::byte* in = onDevice_ ? ManualDevice::bytes(from) : from.host();
  std::byte* out = onDevice_ ? ManualDevice::bytes(to) : to.host();
  return std::unique_ptr<BoundPartition>(std::make_unique<BoundAddOne>(*this, in, out, to.size));
}

Line::Line() {
  delegates = {std::make_shared<ManualDelegate>("manual", device),
               std::make_shared<ManualDelegate>("cpu", hostDevice())};
  const Slot in{kInputArena, 0, kBytes}, out{kOutputArena, 0, kBytes}, a{2, 0, kBytes}, d{2, 64, kBytes};
  const Slot b{3, 0, kBytes}, c{3, 64, kBytes};
  plan.partitions = {{1, {}, {}, {}, {}}, {0, {}, {}, {}, {}}, {1, {}, {}, {}, {}}};
  plan.arenas = {{Arena::Home::Host, Arena::Lifetime::Frame, {}, 64, 64},
                 {Arena::Home::Host, Arena::Lifetime::Frame, {}, 64, 64},
                 {Arena::Home::Host, Arena::Lifetime::Frame, {}, 128, 64},
                 {Arena::Home::Device, Arena::Lifetime::Frame, {0}, 128, 64}};
  plan.steps = {{RunStep{0, {in}, {a}, {}}, 1, {}, {}},
                {UploadStep{ValueId{0}, a, b}, 0, {0}, {}},
                {RunStep{1, {b}, {c}, {}}, 0, {}, {}},
                {DownloadStep{ValueId{0}, c, d}, 0, {}, {}},
                {RunStep{2, {d}, {out}, {}}, 1, {3}, {}}};
  plan.inputs = {in};
  plan.outputs = {out};
  program = std::make_unique<Program>(plan, delegates);
}

std::optional<SetupFailure> Line::make(std::unique_ptr<BoundFrame>& frame, std::vector<Borrowed> borrowed) {
  const std::vector<const CompiledPartition*> compiled{&first, &second, &third};
  return BoundFrame::create(*program, compiled, {}, std::move(borrowed), frame);
}

void Line::setInput(const BoundFrame& frame, int value) const {
  std::ranges::fill(frame.memory().host(plan.inputs[0]), std::byte(value));
}

int Line::output(const BoundFrame& frame) const { return int(frame.memory().host(plan.outputs[0])[kBytes - 1]); }

}  // namespace trireme::run
