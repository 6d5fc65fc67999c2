#include "core/run/bound_frame.h"

#include <cstring>

namespace trireme::run {

std::optional<SetupFailure> BoundFrame::create(const Program& program,
                                               std::span<const CompiledPartition* const> compiled,
                                               std::vector<std::shared_ptr<HostBlock>> given,
                                               std::vector<Borrowed> borrowed, std::unique_ptr<BoundFrame>& frame) {
  frame.reset(new BoundFrame(program));
  auto failure = FrameMemory::create(program, std::move(given), std::move(borrowed), frame->memory_);
  if (failure) return failure;
  frame->bound_.resize(program.plan.partitions.size());
  for (const Step& step : program.plan.steps) {
    if (const auto* run = std::get_if<RunStep>(&step.action)) {
      failure = frame->bind(step, *run, *compiled[run->partition]);
      if (failure) return failure;
    }
    frame->steps_.push_back(frame->ready(step));
  }
  return std::nullopt;
}

std::optional<SetupFailure> BoundFrame::bind(const Step& step, const RunStep& run, const CompiledPartition& compiled) {
  std::vector<BufferView> inputs, outputs;
  for (const Slot& slot : run.inputs) inputs.push_back(memory_->view(slot, step.delegate));
  for (const Slot& slot : run.outputs) outputs.push_back(memory_->view(slot, step.delegate));
  const BufferView scratch = run.scratch.bytes > 0 ? memory_->view(run.scratch, step.delegate) : BufferView();
  auto made = guarded("binding", [&] { return compiled.bind({inputs, outputs, scratch}); });
  const std::string where = "while binding partition " + std::to_string(run.partition);
  if (!made.ok()) return SetupFailure{made.status().during(where), step.delegate, run.partition};
  bound_[run.partition] = std::move(made).value();
  if (bound_[run.partition]) return std::nullopt;
  return SetupFailure{Status::error(Code::DeviceLost, where + ": it gave no partition and no reason"), step.delegate,
                      run.partition};
}

ReadyStep BoundFrame::ready(const Step& step) {
  ReadyStep ready;
  ready.delegate = step.delegate;
  if (const auto* run = std::get_if<RunStep>(&step.action)) {
    ready.kind = ReadyStep::Kind::Run;
    ready.bound = bound_[run->partition].get();
  } else if (const auto* up = std::get_if<UploadStep>(&step.action)) {
    ready.kind = ReadyStep::Kind::Upload;
    ready.device = &program_.delegates[step.delegate]->device();
    ready.host = memory_->host(up->from);
    ready.view = memory_->view(up->to, step.delegate);
    ready.bytes = up->to.bytes;
  } else if (const auto* down = std::get_if<DownloadStep>(&step.action)) {
    ready.kind = ReadyStep::Kind::Download;
    ready.device = &program_.delegates[step.delegate]->device();
    ready.host = memory_->host(down->to);
    ready.view = memory_->view(down->from, step.delegate);
    ready.bytes = down->to.bytes;
  } else if (const auto* handover = std::get_if<HandoverStep>(&step.action)) {
    ready.kind = ReadyStep::Kind::Handover;
    ready.giverDelegate = handover->from;
    if (handover->from != kHost) {
      ready.giver = &program_.delegates[handover->from]->device();
      ready.given = memory_->view(handover->slot, handover->from);
    }
    if (handover->to != kHost) {
      ready.taker = &program_.delegates[handover->to]->device();
      ready.taken = memory_->view(handover->slot, handover->to);
    }
  }
  return ready;
}

void BoundFrame::commit() const {
  for (const Commit& commit : program_.plan.commits) {
    if (commit.written == commit.kept) continue;  // a state that no node changes
    const auto from = memory_->host(commit.written);
    if (!from.empty()) std::memcpy(memory_->host(commit.kept).data(), from.data(), from.size());
  }
}

}  // namespace trireme::run
