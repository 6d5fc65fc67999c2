#include "tests/support/fake_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace trireme::fake {

FakeDevice::FakeDevice(const FakeOptions& options, std::shared_ptr<Script> script)
    : options_(options),
      script_(script),
      total_(std::make_shared<std::atomic<size_t>>(0)),
      queue_(script, options.clock, options.asynchronous) {}

Result<std::unique_ptr<Buffer>> FakeDevice::allocate(size_t bytes) {
  const std::optional<Trouble> trouble = script_->count(Call::Allocate);
  if (trouble && trouble->how == How::Null) return std::unique_ptr<Buffer>();
  if (trouble && trouble->how == How::Short) bytes /= 2;
  if (trouble && trouble->how != How::Short) return strike(*trouble);
  if (bytes > options_.memory.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("{}: {} bytes are more than the {} of one allocation",
                                                        options_.name, bytes, options_.memory.maxAllocation));
  }
  if (bytes > options_.totalBytes - std::min<size_t>(*total_, options_.totalBytes)) {
    return Status::error(Code::OutOfMemory, fmt::format("{}: no room for {} bytes more", options_.name, bytes));
  }
  return std::make_unique<FakeBuffer>(*this, script_, std::make_shared<FakeBlock>(script_, bytes, total_));
}

Status FakeDevice::checkImport(std::span<std::byte> host) const {
  const size_t alignment = options_.memory.importAlignment;
  if (alignment == 0) return Status::error(Code::Unsupported, options_.name + " cannot import host memory");
  if (reinterpret_cast<uintptr_t>(host.data()) % alignment != 0 || host.size() % alignment != 0) {
    script_->violation(fmt::format("imported host memory is not aligned to {}", alignment));
    return Status::error(Code::InvalidArgument, "imported memory is not aligned");
  }
  if (host.size() > options_.memory.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("{}: cannot import {} bytes", options_.name, host.size()));
  }
  return {};
}

Result<std::unique_ptr<Buffer>> FakeDevice::import(std::span<std::byte> host) {
  const std::optional<Trouble> trouble = script_->count(Call::Import);
  if (trouble && trouble->how == How::Null) return std::unique_ptr<Buffer>();
  if (trouble) return strike(*trouble);
  TRIREME_TRY(checkImport(host));
  return std::make_unique<FakeBuffer>(*this, script_, std::make_shared<FakeBlock>(script_, host));
}

Event FakeDevice::push(Call call, size_t bytes, std::function<Status()> work) {
  uint64_t nth = 0;
  const std::optional<Trouble> trouble = script_->count(call, &nth);
  if (trouble && trouble->how != How::FailLater && trouble->how != How::Hang) return Event::failed(strike(*trouble));
  const Status planned = trouble && trouble->how == How::FailLater ? troubleStatus(*trouble) : Status();
  FakeQueue::Work logged = [script = script_, call, nth, bytes, planned,
                            work = std::move(work)](TimePoint begin) -> Status {
    if (!planned.ok()) return planned;
    const Status status = work();
    script->log({call, nth, begin, std::chrono::steady_clock::now(), bytes});
    return status;
  };
  return queue_.push(std::move(logged), trouble && trouble->how == How::Hang, options_.delays[size_t(call)]);
}

Event FakeDevice::upload(std::span<const std::byte> from, BufferView to) {
  const BlockUse use(*this, *script_, to, "upload");
  if (!use.block() || from.size() != to.size) {
    script_->violation(fmt::format("upload of {} bytes into a view of {}", from.size(), to.size));
    return Event::failed(Status::error(Code::InvalidArgument, "upload: sizes differ"));
  }
  return push(Call::Upload, from.size(), [from, use] {
    if (!from.empty()) std::memcpy(use.block()->write(use.offset(), use.size()), from.data(), from.size());
    return Status();
  });
}

Event FakeDevice::download(BufferView from, std::span<std::byte> to) {
  const BlockUse use(*this, *script_, from, "download");
  if (!use.block() || from.size != to.size()) {
    script_->violation(fmt::format("download of a view of {} bytes into {}", from.size, to.size()));
    return Event::failed(Status::error(Code::InvalidArgument, "download: sizes differ"));
  }
  return push(Call::Download, to.size(), [to, use] {
    if (!to.empty()) std::memcpy(to.data(), use.block()->read(use.offset(), use.size(), "download"), to.size());
    return Status();
  });
}

Event FakeDevice::handOver(Call call, const BufferView& view) {
  const BlockUse use(*this, *script_, view, callName(call));
  if (!use.block() || !use.block()->imported()) {
    script_->violation(fmt::format("{} of memory that was not imported", callName(call)));
    return Event::failed(Status::error(Code::InvalidArgument, "not imported"));
  }
  return push(call, view.size, [call, use] {
    if (call == Call::Acquire) {
      use.block()->acquire(use.offset(), use.size());
    } else {
      use.block()->release(use.offset(), use.size());
    }
    return Status();
  });
}

Event FakeDevice::acquire(BufferView view) { return handOver(Call::Acquire, view); }

Event FakeDevice::release(BufferView view) { return handOver(Call::Release, view); }

Status FakeDevice::health() const {
  return script_->lost() ? Status::error(Code::DeviceLost, "the fake device is lost") : Status();
}

}  // namespace trireme::fake
