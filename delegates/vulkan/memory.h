#pragma once

#include "delegates/vulkan/limits.h"
#include "delegates/vulkan/queue.h"

// Memory of a Vulkan device: its own, the host's that both use in turns, or what copies between them go through.
namespace trireme::vulkan {

// A buffer with memory of its own behind it.
struct Block {
  BufferHandle buffer;
  MemoryHandle memory;
  std::byte* at = nullptr;  // where the host sees it; null: it does not
  void leak() noexcept {
    static_cast<void>(buffer.leak());
    static_cast<void>(memory.leak());
  }
};
enum class BlockUse : uint8_t { Own, Shared };
// OutOfMemory, or what the driver says.
Result<Block> allocateBlock(Driver driver, const MemoryKinds& kinds, BlockUse use, size_t bytes);
// Over the host's memory: whole pages.
Result<Block> importBlock(Driver driver, const MemoryKinds& kinds, std::span<std::byte> host);

class VulkanBuffer final : public Buffer {
 public:
  // `host`: of imported memory. What work under way may still use goes to `queue` when the buffer dies.
  VulkanBuffer(const Device& device, Block block, size_t bytes, std::byte* host, VulkanQueue& queue)
      : device_(device), block_(std::move(block)), bytes_(bytes), host_(host), queue_(queue) {}
  ~VulkanBuffer() override { queue_.keepWhileUsed(std::move(block_)); }
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_; }
  std::byte* host() noexcept override { return host_; }
  VkBuffer get() const { return block_.buffer.get(); }
  std::byte* mapped() const { return block_.at; }  // of the device's own memory, where the host sees it

 private:
  const Device& device_;
  Block block_;
  size_t bytes_;
  std::byte* host_;
  VulkanQueue& queue_;
};

// A memory barrier: what `from` wrote is there for `to`.
void barrier(const Api& api, VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to);
// The command buffers of a pool. They live as long as it.
struct Commands {
  CommandPool pool;
  std::vector<VkCommandBuffer> buffers;
};
Result<Commands> makeCommands(Driver driver, uint32_t queueFamily, uint32_t count);
Status beginCommands(const Api& api, VkCommandBuffer commands, bool once);
Status endCommands(const Api& api, VkCommandBuffer commands);

}  // namespace trireme::vulkan
