#include "delegates/opencl/queue.h"

#include <fmt/format.h>

namespace trireme::opencl {

Result<std::unique_ptr<ClQueue>> ClQueue::create(const Api& api, cl_context context, cl_device_id device,
                                                 std::chrono::nanoseconds patience) {
  cl_int code = CL_SUCCESS;
  // With profiling: the device's own times cost a tenth of a microsecond a command on PoCL.
  CommandQueue queue(api, api.clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &code));
  if (!queue) return failure("clCreateCommandQueue", code);
  return std::unique_ptr<ClQueue>(new ClQueue(api, std::move(queue), patience));
}

ClQueue::ClQueue(const Api& api, CommandQueue queue, std::chrono::nanoseconds patience)
    : api_(api), queue_(std::move(queue)), patience_(patience), timeline_(std::make_shared<ClTimeline>(api)) {}

ClQueue::~ClQueue() {
  if (drain()) {
    timeline_->close();
  } else {
    static_cast<void>(queue_.leak());
  }
}

bool ClQueue::drain() {
  if (left_) return false;
  const Status status = last().wait(base::now() + patience_);
  left_ = status.code() == Code::DeadlineExceeded;
  return !left_;
}

Event ClQueue::last() const { return Event(timeline_, timeline_->latest()); }

Event ClQueue::finish(std::string_view what, SubmissionEvents events, TimePoint queued, cl_int code) {
  if (code == CL_SUCCESS) code = api_.clFlush(queue_.get());
  Status broken;
  if (code != CL_SUCCESS) broken = breakOff(what, events, code);
  return Event(timeline_, timeline_->add(events, queued, std::move(broken)));
}

// Some commands of the submission may be on their way, and with them the memory that they use: its point waits for
// them.
Status ClQueue::breakOff(std::string_view what, SubmissionEvents& events, cl_int code) {
  Status why = failure(fmt::format("{} on the OpenCL device", what), code);
  if (why.code() == Code::DeviceLost) timeline_->lose(why);
  if (!events.last) static_cast<void>(api_.clEnqueueMarkerWithWaitList(queue_.get(), 0, nullptr, &events.last));
  if (!events.last || api_.clFlush(queue_.get()) != CL_SUCCESS) static_cast<void>(api_.clFinish(queue_.get()));
  return why;
}

Status ClQueue::health() const {
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  const auto oldest = timeline_->oldest();
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  if (!oldest || base::now() - *oldest < patience_) return {};
  return Status::error(Code::DeadlineExceeded, "the OpenCL device hangs: it does not finish what it was given");
}

}  // namespace trireme::opencl
