// What the validation layer must see. Opens the Vulkan device, whose check of itself runs programs, over a table that
// errs in one way: `barrier` leaves barriers out, `range` binds more than a buffer has, `access` binds a buffer smaller
// than what a program reads (seen by the GPU-assisted layer alone); `nothing` errs not.
#include <bit>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "delegates/vulkan/devices.h"
#include "delegates/vulkan/vulkan_device.h"

namespace trireme::vulkan {
namespace {

Loader real = nullptr;
std::string_view fault;
PFN_vkUpdateDescriptorSets realUpdate = nullptr;
const Api* api = nullptr;
constexpr VkDeviceSize kSmall = 16;

VKAPI_ATTR void VKAPI_CALL noBarrier(VkCommandBuffer, VkPipelineStageFlags, VkPipelineStageFlags, VkDependencyFlags,
                                     uint32_t, const VkMemoryBarrier*, uint32_t, const VkBufferMemoryBarrier*, uint32_t,
                                     const VkImageMemoryBarrier*) {}

// A buffer of a few bytes, in memory of its own. It goes with the process.
VkBuffer smallBuffer(VkDevice device) {
  static VkBuffer buffer = VK_NULL_HANDLE;
  if (buffer != VK_NULL_HANDLE) return buffer;
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.size = kSmall;
  info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  VkMemoryAllocateInfo allocation{};
  allocation.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  VkMemoryRequirements needs{};
  VkDeviceMemory memory = VK_NULL_HANDLE;
  if (api->vkCreateBuffer(device, &info, nullptr, &buffer) != VK_SUCCESS) return VK_NULL_HANDLE;
  api->vkGetBufferMemoryRequirements(device, buffer, &needs);
  allocation.allocationSize = needs.size;
  allocation.memoryTypeIndex = uint32_t(std::countr_zero(needs.memoryTypeBits));
  if (api->vkAllocateMemory(device, &allocation, nullptr, &memory) != VK_SUCCESS) return VK_NULL_HANDLE;
  return api->vkBindBufferMemory(device, buffer, memory, 0) == VK_SUCCESS ? buffer : VK_NULL_HANDLE;
}

VKAPI_ATTR void VKAPI_CALL updateOtherwise(VkDevice device, uint32_t count, const VkWriteDescriptorSet* writes,
                                           uint32_t copies, const VkCopyDescriptorSet* from) {
  for (uint32_t i = 0; i < count; ++i) {
    std::vector<VkDescriptorBufferInfo> ranges(writes[i].pBufferInfo,
                                               writes[i].pBufferInfo + writes[i].descriptorCount);
    for (VkDescriptorBufferInfo& one : ranges) {
      if (fault == "range") one.range += 1u << 20;
      if (fault == "access") one = {smallBuffer(device), 0, VK_WHOLE_SIZE};
    }
    VkWriteDescriptorSet write = writes[i];
    write.pBufferInfo = ranges.data();
    realUpdate(device, 1, &write, copies, from);
  }
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL lookUp(VkInstance instance, const char* name) {
  const PFN_vkVoidFunction found = real(instance, name);
  if (std::string_view(name) == "vkCmdPipelineBarrier" && fault == "barrier") {
    return reinterpret_cast<PFN_vkVoidFunction>(&noBarrier);
  }
  if (std::string_view(name) == "vkUpdateDescriptorSets" && (fault == "range" || fault == "access")) {
    realUpdate = reinterpret_cast<PFN_vkUpdateDescriptorSets>(found);
    return reinterpret_cast<PFN_vkVoidFunction>(&updateOtherwise);
  }
  return found;
}

// The device's own verdict is not asked here: what it computes under a fault is nobody's affair.
Status run() {
  TRIREME_ASSIGN(real, systemLoader());
  TRIREME_ASSIGN(const std::shared_ptr<const Instance> instance, Instance::create(&lookUp));
  api = &instance->api();
  TRIREME_ASSIGN(DeviceRecord record, chooseDevice(listDevices(*instance), ""));
  record.texels = false;  // what errs is bound as storage buffers
  const auto device = VulkanDevice::create(instance, record, DeviceOptions());
  std::printf("%.*s: %s\n", int(fault.size()), fault.data(),
              device.ok() ? "computes rightly" : std::string(device.status().message()).c_str());
  return fault == "nothing" ? device.status() : Status();
}

}  // namespace
}  // namespace trireme::vulkan

int main(int count, char** words) {
  if (count != 2) return 2;
  trireme::vulkan::fault = words[1];
  const trireme::Status status = trireme::vulkan::run();
  if (!status.ok()) std::printf("%s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
