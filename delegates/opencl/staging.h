#pragma once

#include <array>

#include "delegates/opencl/queue.h"

// Memory of the host that a discrete device reads and writes by itself while the host goes on.
namespace trireme::opencl {

// A ring of fixed size, mapped for good. What is taken of it is free again once the submission that took it is done; a
// copy that finds no room goes without.
class Staging {
 public:
  // None where the driver has no such memory.
  static std::unique_ptr<Staging> create(const Api& api, cl_context context, ClQueue& queue, size_t bytes,
                                         std::chrono::nanoseconds patience);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // Within a submission, for its use; null where there is no room.
  std::byte* take(size_t bytes);
  void leak() { static_cast<void>(memory_.leak()); }  // of a device that hangs

  static constexpr size_t kBytes = size_t{16} << 20;  // the usual size

 private:
  struct Piece {
    size_t begin = 0, end = 0;
    uint64_t point = 0;
  };
  Staging(const Api& api, Memory memory, ClQueue& queue, size_t bytes)
      : api_(api), memory_(std::move(memory)), queue_(queue), bytes_(bytes) {}
  std::optional<size_t> room(size_t bytes) const;

  const Api& api_;
  Memory memory_;
  ClQueue& queue_;
  const size_t bytes_;
  std::byte* at_ = nullptr;
  std::array<Piece, 64> pieces_;  // a ring as well, the oldest first; under the queue's lock
  size_t oldest_ = 0, count_ = 0;
};

}  // namespace trireme::opencl
