#include "delegates/vulkan/bindings.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/vulkan/executable.h"

namespace trireme::vulkan {
namespace {

// What a dispatch binds; as texels, a few bytes more may be seen.
struct Range {
  VkDescriptorBufferInfo bytes{};
  VkDeviceSize asTexels = 0;
};
using Ranges = std::vector<Range>;  // of a dispatch

Result<Range> rangeOf(const DeviceParts& parts, const gpu::Binding& binding, const BufferView& view) {
  if (!view.buffer || &view.buffer->device() != &parts.device) {
    return Status::error(Code::InvalidArgument, "a dispatch list is bound to memory of another device");
  }
  if (binding.offset + binding.bytes > view.size || view.offset + view.size > view.buffer->size()) {
    return Status::error(Code::InvalidArgument, fmt::format("a dispatch binds bytes {} to {} of a buffer of {}",
                                                            binding.offset, binding.offset + binding.bytes, view.size));
  }
  const size_t offset = view.offset + binding.offset;
  if (offset % parts.limits.bindingAlignment != 0) {
    return Status::error(Code::InvalidArgument, fmt::format("a dispatch binds memory at {}, which is no multiple of {}",
                                                            offset, parts.limits.bindingAlignment));
  }
  // Vectors are read whole, so a binding is a whole number of them; buffers are too.
  const size_t bytes = wholeUnits(std::max<size_t>(binding.bytes, 1));
  if (bytes > parts.limits.maxBinding) {
    return Status::error(
        Code::InvalidArgument,
        fmt::format("a dispatch binds {} bytes, and the device binds at most {}", bytes, parts.limits.maxBinding));
  }
  return Range{{static_cast<const VulkanBuffer*>(view.buffer)->get(), offset, bytes},
               viewBytes(bytes, view.size - binding.offset)};
}

bool isTexels(const ReadyPipeline& kernel, size_t binding) {
  return binding < kernel.texels.size() && kernel.texels[binding] != VK_FORMAT_UNDEFINED;
}

bool fits(const ReadyPipeline& kernel, const Ranges& ranges, size_t mostTexels) {
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (isTexels(kernel, i) && ranges[i].asTexels / texelBytes(kernel.texels[i]) > mostTexels) return false;
  }
  return true;
}

Result<DescriptorPool> makePool(Driver driver, std::span<const BoundKernel> bound, std::span<const Ranges> ranges) {
  uint32_t texels = 0, others = 0;
  for (size_t k = 0; k < bound.size(); ++k) {
    for (size_t i = 0; i < ranges[k].size(); ++i) (isTexels(bound[k].kernel, i) ? texels : others) += 1;
  }
  std::vector<VkDescriptorPoolSize> sizes;
  if (others > 0) sizes.push_back({VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, others});
  if (texels > 0) sizes.push_back({VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER, texels});
  VkDescriptorPoolCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  info.maxSets = uint32_t(bound.size());
  info.poolSizeCount = uint32_t(sizes.size());
  info.pPoolSizes = sizes.data();
  return make<DescriptorPool>(driver, "vkCreateDescriptorPool", &Api::vkCreateDescriptorPool, info);
}

Result<TexelView> makeView(Driver driver, const Range& range, VkFormat format) {
  VkBufferViewCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO;
  info.buffer = range.bytes.buffer;
  info.format = format;
  info.offset = range.bytes.offset;
  info.range = range.asTexels;
  return make<TexelView>(driver, "vkCreateBufferView", &Api::vkCreateBufferView, info);
}

Status allocateSet(Driver driver, VkDescriptorPool pool, BoundKernel& bound) {
  VkDescriptorSetAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
  info.descriptorPool = pool;
  info.descriptorSetCount = 1;
  info.pSetLayouts = &bound.kernel.set;
  const VkResult code = driver.api->vkAllocateDescriptorSets(driver.device, &info, &bound.set);
  return code == VK_SUCCESS && bound.set != VK_NULL_HANDLE ? Status() : failure("vkAllocateDescriptorSets", code);
}

}  // namespace

Status BindingSets::prepare(const DeviceParts& parts, const gpu::DispatchList& list,
                            std::span<const BufferView> buffers) {
  std::vector<Ranges> ranges;
  for (const gpu::Dispatch& dispatch : list.dispatches) {
    Ranges own;
    for (const gpu::Binding& binding : dispatch.bindings) {
      TRIREME_ASSIGN(const Range range, rangeOf(parts, binding, buffers[binding.buffer]));
      own.push_back(range);
    }
    BoundKernel one;
    TRIREME_ASSIGN(one.kernel, parts.pipelines.find(dispatch.kernel));
    if (!fits(one.kernel, own, parts.mostTexels)) {
      TRIREME_ASSIGN(one.kernel, parts.pipelines.withoutTexels(dispatch.kernel));
    }
    bound_.push_back(one);
    ranges.push_back(std::move(own));
  }
  TRIREME_ASSIGN(pool_, makePool(parts.driver, bound_, ranges));
  for (size_t k = 0; k < bound_.size(); ++k) {
    BoundKernel& one = bound_[k];
    TRIREME_TRY(allocateSet(parts.driver, pool_.get(), one));
    std::vector<VkBufferView> views(ranges[k].size(), VK_NULL_HANDLE);
    std::vector<VkWriteDescriptorSet> writes;
    for (size_t i = 0; i < ranges[k].size(); ++i) {
      VkWriteDescriptorSet write{};
      write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
      write.dstSet = one.set;
      write.dstBinding = uint32_t(i);
      write.descriptorCount = 1;
      if (isTexels(one.kernel, i)) {
        TRIREME_ASSIGN(TexelView view, makeView(parts.driver, ranges[k][i], one.kernel.texels[i]));
        views[i] = view.get();
        views_.push_back(std::move(view));
        write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER;
        write.pTexelBufferView = &views[i];
      } else {
        write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        write.pBufferInfo = &ranges[k][i].bytes;
      }
      writes.push_back(write);
    }
    parts.driver.api->vkUpdateDescriptorSets(parts.driver.device, uint32_t(writes.size()), writes.data(), 0, nullptr);
  }
  return {};
}

}  // namespace trireme::vulkan
