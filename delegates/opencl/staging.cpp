#include "delegates/opencl/staging.h"

namespace trireme::opencl {
namespace {

constexpr size_t kLine = 256;  // pieces begin at multiples of it

}  // namespace

std::unique_ptr<Staging> Staging::create(const Api& api, cl_context context, ClQueue& queue, size_t bytes,
                                         std::chrono::nanoseconds patience) {
  cl_int code = CL_SUCCESS;
  Memory memory(api, api.clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, bytes, nullptr, &code));
  if (!memory) return nullptr;
  std::unique_ptr<Staging> staging(new Staging(api, std::move(memory), queue, bytes));
  void* mapped = nullptr;
  const Event done =
      queue.submit("mapping memory for copies", [&](cl_command_queue commands, SubmissionEvents& events) {
        mapped = api.clEnqueueMapBuffer(commands, staging->memory_.get(), CL_FALSE, CL_MAP_READ | CL_MAP_WRITE, 0,
                                        bytes, 0, nullptr, &events.last, &code);
        return code;
      });
  if (!done.wait(base::now() + patience).ok()) return nullptr;
  staging->at_ = static_cast<std::byte*>(mapped);
  return staging;
}

Staging::~Staging() {
  if (queue_.hangs()) leak();
  if (!memory_ || !at_) return;
  static_cast<void>(queue_.submit("unmapping memory for copies", [&](cl_command_queue queue, SubmissionEvents& events) {
    return api_.clEnqueueUnmapMemObject(queue, memory_.get(), at_, 0, nullptr, &events.last);
  }));
}

// Behind the newest piece, or before the oldest one.
std::optional<size_t> Staging::room(size_t bytes) const {
  if (bytes > bytes_ || count_ == pieces_.size()) return std::nullopt;
  if (count_ == 0) return 0;
  const Piece& first = pieces_[oldest_];
  const Piece& last = pieces_[(oldest_ + count_ - 1) % pieces_.size()];
  const size_t next = (last.end + kLine - 1) / kLine * kLine;
  const bool wrapped = last.begin < first.begin;
  const size_t end = wrapped ? first.begin : bytes_;
  if (next + bytes <= end) return next;
  return !wrapped && bytes <= first.begin ? std::optional<size_t>(0) : std::nullopt;
}

std::byte* Staging::take(size_t bytes) {
  while (count_ > 0 && queue_.reached(pieces_[oldest_].point)) {
    oldest_ = (oldest_ + 1) % pieces_.size();
    --count_;
  }
  const std::optional<size_t> begin = room(bytes);
  if (!begin) return nullptr;
  pieces_[(oldest_ + count_++) % pieces_.size()] = {*begin, *begin + bytes, queue_.next()};
  return at_ + *begin;
}

}  // namespace trireme::opencl
