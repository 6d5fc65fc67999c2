#pragma once

#include <list>

#include "delegates/vulkan/memory.h"

// Copies between the host and a device, in the queue's order, through memory that both see.
namespace trireme::vulkan {

// Pieces of shared memory, each with its command buffer: what is free is used again, the smallest that fits; what is
// missing is made. More than kKept bytes of free pieces are given back. Under the queue's lock.
class Copies {
 public:
  Copies(Driver driver, const MemoryKinds& kinds, uint32_t queueFamily, const VulkanQueue& queue)
      : driver_(driver), kinds_(kinds), queueFamily_(queueFamily), queue_(queue) {}
  ~Copies();
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;

  // Within a submission, for its use.
  Result<Submission> up(std::span<const std::byte> from, VkBuffer to, size_t offset);
  Result<Submission> down(VkBuffer from, size_t offset, std::span<std::byte> to);

  static constexpr size_t kKept = size_t{64} << 20;

 private:
  struct Piece {
    Block block;
    Commands commands;
    size_t bytes = 0;
    uint64_t point = 0;
  };
  Result<Piece*> take(size_t bytes);
  void trim();
  // A piece whose commands cannot be recorded is of no more use, and goes.
  Status record(const Piece& piece, VkBuffer from, VkBuffer to, const VkBufferCopy& region);
  Status recordCopy(VkCommandBuffer commands, VkBuffer from, VkBuffer to, const VkBufferCopy& region) const;

  const Driver driver_;
  const MemoryKinds& kinds_;
  const uint32_t queueFamily_;
  const VulkanQueue& queue_;
  std::list<Piece> pieces_;
};

}  // namespace trireme::vulkan
