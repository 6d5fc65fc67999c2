#include "delegates/vulkan/memory.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::vulkan {
namespace {

constexpr VkBufferUsageFlags kUsage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT |
                                      VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
constexpr VkExternalMemoryHandleTypeFlagBits kHostMemory = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;

struct StageAccess {
  VkPipelineStageFlags stage;
  VkAccessFlags reads, writes;
};
// Of the stages that we use.
constexpr StageAccess kStages[] = {
    {VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_READ_BIT, VK_ACCESS_SHADER_WRITE_BIT},
    {VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_READ_BIT, VK_ACCESS_TRANSFER_WRITE_BIT},
    {VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT, VK_ACCESS_HOST_WRITE_BIT}};

VkAccessFlags accessOf(VkPipelineStageFlags stages, bool reads) {
  VkAccessFlags access = 0;
  for (const StageAccess& one : kStages) {
    if ((stages & one.stage) != 0) access |= one.writes | (reads ? one.reads : 0);
  }
  return access;
}

Result<BufferHandle> makeBuffer(Driver driver, size_t bytes, const void* next) {
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.pNext = next;
  info.size = bytes;
  info.usage = kUsage;
  return make<BufferHandle>(driver, fmt::format("vkCreateBuffer of {} bytes", bytes), &Api::vkCreateBuffer, info);
}

VkMemoryRequirements requirementsOf(Driver driver, VkBuffer buffer) {
  VkMemoryRequirements needs{};
  driver.api->vkGetBufferMemoryRequirements(driver.device, buffer, &needs);
  return needs;
}

Status bindMemory(Driver driver, Block& block, size_t bytes, uint32_t kind, const void* next) {
  VkMemoryAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  info.pNext = next;
  info.allocationSize = bytes;
  info.memoryTypeIndex = kind;
  TRIREME_ASSIGN(block.memory, make<MemoryHandle>(driver, fmt::format("vkAllocateMemory of {} bytes", bytes),
                                                  &Api::vkAllocateMemory, info));
  const VkResult code = driver.api->vkBindBufferMemory(driver.device, block.buffer.get(), block.memory.get(), 0);
  return code == VK_SUCCESS ? Status() : failure("vkBindBufferMemory", code);
}

}  // namespace

Result<Block> allocateBlock(Driver driver, const MemoryKinds& kinds, BlockUse use, size_t bytes) {
  Block block;
  TRIREME_ASSIGN(block.buffer, makeBuffer(driver, bufferBytes(bytes), nullptr));
  const VkMemoryRequirements needs = requirementsOf(driver, block.buffer.get());
  const auto kind = use == BlockUse::Own ? kinds.own(needs.memoryTypeBits) : kinds.shared(needs.memoryTypeBits);
  if (!kind) return Status::error(Code::OutOfMemory, "the Vulkan device has no memory that a buffer could have");
  TRIREME_TRY(bindMemory(driver, block, needs.size, *kind, nullptr));
  if (use == BlockUse::Own && !kinds.ownMapped) return block;
  void* at = nullptr;
  const VkResult code = driver.api->vkMapMemory(driver.device, block.memory.get(), 0, VK_WHOLE_SIZE, 0, &at);
  if (code != VK_SUCCESS || !at) return failure("vkMapMemory", code);
  block.at = static_cast<std::byte*>(at);
  return block;
}

Result<Block> importBlock(Driver driver, const MemoryKinds& kinds, std::span<std::byte> host) {
  VkExternalMemoryBufferCreateInfo external{};
  external.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO;
  external.handleTypes = kHostMemory;
  Block block;
  TRIREME_ASSIGN(block.buffer, makeBuffer(driver, host.size(), &external));
  VkMemoryHostPointerPropertiesEXT can{};
  can.sType = VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT;
  const VkResult code = driver.api->vkGetMemoryHostPointerPropertiesEXT(driver.device, kHostMemory, host.data(), &can);
  if (code != VK_SUCCESS) return failure("vkGetMemoryHostPointerPropertiesEXT", code);
  const VkMemoryRequirements needs = requirementsOf(driver, block.buffer.get());
  const auto kind = kinds.shared(needs.memoryTypeBits & can.memoryTypeBits);
  if (!kind || needs.size > host.size()) {
    return Status::error(Code::OutOfMemory, "the Vulkan device cannot use this memory of the host");
  }
  VkImportMemoryHostPointerInfoEXT import{};
  import.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT;
  import.handleType = kHostMemory;
  import.pHostPointer = host.data();
  TRIREME_TRY(bindMemory(driver, block, host.size(), *kind, &import));
  return block;
}

void barrier(const Api& api, VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to) {
  VkMemoryBarrier memory{};
  memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
  memory.srcAccessMask = accessOf(from, false);
  memory.dstAccessMask = accessOf(to, true);
  api.vkCmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

Result<Commands> makeCommands(Driver driver, uint32_t queueFamily, uint32_t count) {
  VkCommandPoolCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  info.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
  info.queueFamilyIndex = queueFamily;
  Commands commands;
  TRIREME_ASSIGN(commands.pool, make<CommandPool>(driver, "vkCreateCommandPool", &Api::vkCreateCommandPool, info));
  VkCommandBufferAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  allocate.commandPool = commands.pool.get();
  allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  allocate.commandBufferCount = count;
  commands.buffers.resize(count);
  const VkResult code = driver.api->vkAllocateCommandBuffers(driver.device, &allocate, commands.buffers.data());
  const bool all = std::ranges::none_of(commands.buffers, [](VkCommandBuffer one) { return one == nullptr; });
  if (code != VK_SUCCESS || !all) return failure("vkAllocateCommandBuffers", code);
  return commands;
}

Status beginCommands(const Api& api, VkCommandBuffer commands, bool once) {
  VkCommandBufferBeginInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  info.flags = once ? VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT : 0;
  const VkResult code = api.vkBeginCommandBuffer(commands, &info);
  return code == VK_SUCCESS ? Status() : failure("vkBeginCommandBuffer", code);
}

Status endCommands(const Api& api, VkCommandBuffer commands) {
  const VkResult code = api.vkEndCommandBuffer(commands);
  return code == VK_SUCCESS ? Status() : failure("vkEndCommandBuffer", code);
}

}  // namespace trireme::vulkan
