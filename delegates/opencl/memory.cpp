#include "delegates/opencl/memory.h"

#include <algorithm>

namespace trireme::opencl {
namespace {

// Keeps a command's event as the submission's last so far; the one before becomes its first, or is given back.
void follow(const Api& api, SubmissionEvents& events, cl_event event) {
  if (!event) return;
  if (events.last && !events.first) {
    events.first = events.last;
  } else if (events.last) {
    static_cast<void>(api.clReleaseEvent(events.last));
  }
  events.last = event;
}

}  // namespace

ClBuffer::~ClBuffer() {
  if (queue_.hangs()) static_cast<void>(memory_.leak());
}

cl_int ClBuffer::unmap(const Api& api, cl_command_queue queue, const Mapping& mapping, SubmissionEvents& events) {
  cl_event event = nullptr;
  const cl_int code = api.clEnqueueUnmapMemObject(queue, memory_.get(), mapping.at, 0, nullptr, &event);
  if (code == CL_SUCCESS) follow(api, events, event);
  return code;
}

cl_int ClBuffer::map(const Api& api, cl_command_queue queue, cl_map_flags flags, Mapping& mapping,
                     SubmissionEvents& events) {
  cl_event event = nullptr;
  cl_int code = CL_SUCCESS;
  mapping.at = api.clEnqueueMapBuffer(queue, memory_.get(), CL_FALSE, flags, mapping.offset, mapping.bytes, 0, nullptr,
                                      &event, &code);
  if (code == CL_SUCCESS && !mapping.at) code = CL_MAP_FAILURE;
  if (code == CL_SUCCESS) follow(api, events, event);
  return code;
}

// Calls unmap(mapping) for all that overlap the bytes, until one fails.
template <class Unmap>
cl_int ClBuffer::unmapAll(size_t offset, size_t bytes, Unmap unmap) {
  for (size_t i = mapped_.size(); i-- > 0;) {
    const Mapping& mapping = mapped_[i];
    if (mapping.offset >= offset + bytes || offset >= mapping.offset + mapping.bytes) continue;
    if (const cl_int code = unmap(mapping); code != CL_SUCCESS) return code;
    mapped_.erase(mapped_.begin() + ptrdiff_t(i));
  }
  return CL_SUCCESS;
}

// Its time is no part of the work's that follows, so it has no event.
cl_int ClBuffer::reclaim(const Api& api, cl_command_queue queue, size_t offset, size_t bytes) {
  return unmapAll(offset, bytes, [&](const Mapping& mapping) {
    return api.clEnqueueUnmapMemObject(queue, memory_.get(), mapping.at, 0, nullptr, nullptr);
  });
}

// What the host holds by mappings goes back; what it never mapped (memory that is new, or that the device only read) is
// mapped without its old contents and given back at once, which tells the driver that the host wrote it.
cl_int ClBuffer::acquire(const Api& api, cl_command_queue queue, size_t offset, size_t bytes,
                         SubmissionEvents& events) {
  bool covered = false;
  const cl_int unmapped = unmapAll(offset, bytes, [&](const Mapping& mapping) {
    covered = covered || (mapping.offset <= offset && offset + bytes <= mapping.offset + mapping.bytes);
    return unmap(api, queue, mapping, events);
  });
  if (unmapped != CL_SUCCESS || covered) return unmapped;
  Mapping fresh{offset, bytes, nullptr};
  if (const cl_int code = map(api, queue, CL_MAP_WRITE_INVALIDATE_REGION, fresh, events); code != CL_SUCCESS)
    return code;
  return unmap(api, queue, fresh, events);
}

cl_int ClBuffer::release(const Api& api, cl_command_queue queue, size_t offset, size_t bytes,
                         SubmissionEvents& events) {
  const auto same = [&](const Mapping& one) { return one.offset == offset && one.bytes == bytes; };
  if (std::ranges::any_of(mapped_, same)) return CL_SUCCESS;
  Mapping mapping{offset, bytes, nullptr};
  const cl_int code = map(api, queue, CL_MAP_READ | CL_MAP_WRITE, mapping, events);
  if (code == CL_SUCCESS) mapped_.push_back(mapping);
  return code;
}

}  // namespace trireme::opencl
