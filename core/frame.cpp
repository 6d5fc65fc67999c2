#include <fmt/format.h>

#include <algorithm>

#include "core/interpreter_impl.h"

namespace trireme {
namespace {

Status checkIndex(const char* what, int index, size_t count) {
  if (index >= 0 && size_t(index) < count) return {};
  return Status::error(Code::InvalidArgument, fmt::format("there is no {} {}; the model has {}", what, index, count));
}

}  // namespace

Frame::Frame(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Frame::~Frame() = default;

Result<TensorView> Frame::input(int index) {
  TRIREME_TRY(checkIndex("input", index, impl_->owner.inputTypes.size()));
  return TensorView{&impl_->owner.inputTypes[size_t(index)], impl_->state.io.input(size_t(index))};
}

Result<TensorView> Frame::output(int index) const {
  TRIREME_TRY(checkIndex("output", index, impl_->owner.outputTypes.size()));
  return TensorView{&impl_->owner.outputTypes[size_t(index)], impl_->state.io.output(size_t(index))};
}

Result<TensorView> Frame::tensor(std::string_view preserved) const {
  const std::vector<std::string>& names = impl_->owner.preservedNames;
  const auto found = std::ranges::find(names, preserved);
  if (found == names.end()) {
    return Status::error(Code::InvalidArgument, fmt::format("tensor '{}' was not preserved", preserved));
  }
  const size_t index = size_t(found - names.begin());
  return TensorView{&impl_->owner.preservedTypes[index], impl_->state.io.preserved(index)};
}

Status Frame::bindInput(int index, std::span<std::byte> memory) {
  TRIREME_TRY(checkIndex("input", index, impl_->owner.inputTypes.size()));
  return impl_->owner.whileQuiet([&]() -> Status {
    TRIREME_TRY(impl_->state.io.bindInput(size_t(index), memory));
    return impl_->owner.runner->rebind(impl_->state);
  });
}

Status Frame::bindOutput(int index, std::span<std::byte> memory) {
  TRIREME_TRY(checkIndex("output", index, impl_->owner.outputTypes.size()));
  return impl_->owner.whileQuiet([&]() -> Status {
    TRIREME_TRY(impl_->state.io.bindOutput(size_t(index), memory));
    return impl_->owner.runner->rebind(impl_->state);
  });
}

Event Frame::submit() {
  if (impl_->state.inFlight.exchange(true)) {
    return Event::failed(Status::error(Code::InvalidArgument, "the frame is in flight already"));
  }
  if (impl_->owner.flight) return impl_->owner.flight->submit(impl_->state);
  core::FrameRunner& runner = *impl_->owner.runner;
  runner.begin(impl_->state);
  Status status = runner.run(impl_->state);
  impl_->state.inFlight.store(false);
  return status.ok() ? Event() : Event::failed(std::move(status));
}

const FrameTiming& Frame::lastTimings() const { return impl_->state.timing; }

}  // namespace trireme
