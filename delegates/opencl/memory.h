#pragma once

#include "delegates/opencl/queue.h"

// Memory of an OpenCL device: its own, or the host's, which both use in turns.
namespace trireme::opencl {

class ClBuffer : public Buffer {
 public:
  // `host`: of imported memory; it is the host's until it is acquired. `leaks`: asked when it dies, whether the device
  // hangs and may still use it.
  ClBuffer(const Device& device, Memory memory, size_t bytes, std::byte* host, const ClQueue& queue)
      : device_(device), memory_(std::move(memory)), bytes_(bytes), host_(host), queue_(queue) {
    mapped_.reserve(host ? 16 : 0);
  }
  ~ClBuffer() override;
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_; }
  std::byte* host() noexcept override { return host_; }
  cl_mem get() const { return memory_.get(); }

  // The commands of a hand-over of a part of imported memory, to be called within a submission.
  cl_int acquire(const Api& api, cl_command_queue queue, size_t offset, size_t bytes, SubmissionEvents& events);
  cl_int release(const Api& api, cl_command_queue queue, size_t offset, size_t bytes, SubmissionEvents& events);
  // Before the device writes here: what the host still holds by mappings from another time goes back.
  cl_int reclaim(const Api& api, cl_command_queue queue, size_t offset, size_t bytes);

 private:
  struct Mapping {
    size_t offset, bytes;
    void* at;
  };
  cl_int unmap(const Api& api, cl_command_queue queue, const Mapping& mapping, SubmissionEvents& events);
  template <class Unmap>
  cl_int unmapAll(size_t offset, size_t bytes, Unmap unmap);
  cl_int map(const Api& api, cl_command_queue queue, cl_map_flags flags, Mapping& mapping, SubmissionEvents& events);

  const Device& device_;
  Memory memory_;
  size_t bytes_;
  std::byte* host_;
  const ClQueue& queue_;
  std::vector<Mapping> mapped_;  // what the host holds by a mapping; under the queue's lock
};

}  // namespace trireme::opencl
