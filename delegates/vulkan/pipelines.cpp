#include "delegates/vulkan/pipelines.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/vulkan/limits.h"
#include "delegates/vulkan/texels.h"

namespace trireme::vulkan {
namespace {

using gpu::CacheSection;

constexpr const char* kPipelines = "pipelines";

// The module that fits the device: elements of few bits are stored as such where it can, else by words.
const gpu::SpirvModule* moduleOf(const gpu::KernelKey& key, bool texels, bool storage8, bool storage16) {
  const uint32_t bits = gpu::storedElementBits(key.program, key.variant);
  const bool elements = (bits == 8 && storage8) || (bits == 16 && storage16);
  const gpu::VulkanModule wanted{key.program, key.variant, elements, texels};
  const auto modules = gpu::spirvModules();
  const auto found = std::ranges::find(modules, wanted, &gpu::SpirvModule::module);
  return found == modules.end() || found->words.empty() ? nullptr : &*found;
}

std::vector<VkFormat> texelFormatsOf(const gpu::KernelKey& key) {
  const std::vector<gpu::BufferInfo>& buffers = gpu::programInfo(key.program).buffers;
  std::vector<VkFormat> formats(buffers.size(), VK_FORMAT_UNDEFINED);
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].written) continue;
    const std::string storage = gpu::storageOfBuffer(key.program, key.variant, i);
    formats[i] = std::ranges::find(kTexelFormats, storage, &TexelFormat::storage)->format;
  }
  return formats;
}

// Local size, then the program's constants, at the ids of source_vulkan.h.
struct Specialization {
  explicit Specialization(const gpu::KernelKey& key) {
    for (const uint32_t size : key.local) values.push_back(int32_t(size));
    values.insert(values.end(), key.constants.begin(), key.constants.end());
    for (uint32_t i = 0; i < values.size(); ++i) {
      const uint32_t id = i < std::size(gpu::kLocalSizeIds)
                              ? gpu::kLocalSizeIds[i]
                              : gpu::kFirstConstantId + i - uint32_t(std::size(gpu::kLocalSizeIds));
      entries.push_back({id, uint32_t(i * sizeof(int32_t)), sizeof(int32_t)});
    }
    info = {uint32_t(entries.size()), entries.data(), values.size() * sizeof(int32_t), values.data()};
  }
  Specialization(const Specialization&) = delete;
  Specialization& operator=(const Specialization&) = delete;

  std::vector<int32_t> values;
  std::vector<VkSpecializationMapEntry> entries;
  VkSpecializationInfo info{};
};

}  // namespace

std::string cacheForm(const DeviceRecord& record) { return mostTexelsOf(record) > 0 ? "texels" : "storage buffers"; }

PipelineStore::PipelineStore(Driver driver, const DeviceRecord& record, gpu::DeviceCache& kept)
    : driver_(driver),
      storage8_(record.storage8),
      storage16_(record.storage16),
      texels_(mostTexelsOf(record) > 0),
      kept_(kept) {
  readKept();
}

// A driver that takes no cache, or not this one, compiles anew.
void PipelineStore::readKept() {
  std::vector<std::byte> blob;
  for (const CacheSection& one : kept_.sections()) {
    if (one.kind == CacheSection::Kind::Programs && one.name == kPipelines) blob = one.bytes;
  }
  VkPipelineCacheCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
  info.initialDataSize = blob.size();
  info.pInitialData = blob.data();
  auto cache = vulkan::make<PipelineCache>(driver_, "vkCreatePipelineCache", &Api::vkCreatePipelineCache, info);
  if (!cache.ok() && !blob.empty()) {
    kept_.say(cache.status().during("Vulkan pipelines are compiled anew").message());
    info.initialDataSize = 0;
    info.pInitialData = nullptr;
    cache = vulkan::make<PipelineCache>(driver_, "vkCreatePipelineCache", &Api::vkCreatePipelineCache, info);
    blob.clear();
  }
  if (cache.ok()) cache_ = std::move(cache).value();
  saved_ = std::move(blob);
}

void PipelineStore::save() {
  if (!kept_.keeps() || !cache_) return;
  size_t bytes = 0;
  const Api& api = *driver_.api;
  if (api.vkGetPipelineCacheData(driver_.device, cache_.get(), &bytes, nullptr) != VK_SUCCESS || bytes == 0) return;
  CacheSection section{CacheSection::Kind::Programs, kPipelines, std::vector<std::byte>(bytes)};
  if (api.vkGetPipelineCacheData(driver_.device, cache_.get(), &bytes, section.bytes.data()) != VK_SUCCESS) return;
  section.bytes.resize(bytes);
  if (section.bytes == saved_) return;
  kept_.keep({&section, 1});
  saved_ = std::move(section.bytes);
}

void PipelineStore::leak() {
  for (auto& [key, made] : pipelines_) static_cast<void>(made.pipeline.leak());
  for (auto& [key, layout] : layouts_) {
    static_cast<void>(layout.layout.leak());
    static_cast<void>(layout.set.leak());
  }
  static_cast<void>(cache_.leak());
}

Result<const PipelineStore::Layout*> PipelineStore::layoutOf(const gpu::ProgramInfo& program,
                                                             std::span<const VkFormat> texels) {
  LayoutKey key{std::vector<bool>(program.buffers.size()), program.params.size() * sizeof(int32_t)};
  for (size_t i = 0; i < texels.size(); ++i) key.texels[i] = texels[i] != VK_FORMAT_UNDEFINED;
  if (const auto found = layouts_.find(key); found != layouts_.end()) return &found->second;
  std::vector<VkDescriptorSetLayoutBinding> bindings;
  for (uint32_t i = 0; i < key.texels.size(); ++i) {
    const auto type = key.texels[i] ? VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    bindings.push_back({i, type, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
  }
  VkDescriptorSetLayoutCreateInfo set{};
  set.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
  set.bindingCount = uint32_t(bindings.size());
  set.pBindings = bindings.data();
  Layout made;
  TRIREME_ASSIGN(made.set, vulkan::make<SetLayout>(driver_, "vkCreateDescriptorSetLayout",
                                                   &Api::vkCreateDescriptorSetLayout, set));
  const VkDescriptorSetLayout rawSet = made.set.get();
  const VkPushConstantRange params{VK_SHADER_STAGE_COMPUTE_BIT, 0, uint32_t(key.bytes)};
  VkPipelineLayoutCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  info.setLayoutCount = 1;
  info.pSetLayouts = &rawSet;
  info.pushConstantRangeCount = key.bytes == 0 ? 0 : 1;
  info.pPushConstantRanges = &params;
  TRIREME_ASSIGN(made.layout,
                 vulkan::make<PipelineLayout>(driver_, "vkCreatePipelineLayout", &Api::vkCreatePipelineLayout, info));
  return &layouts_.emplace(key, std::move(made)).first->second;
}

Result<Pipeline> PipelineStore::make(const PipelineKey& wanted, VkPipelineLayout layout) {
  const auto& [key, texels] = wanted;
  const gpu::SpirvModule* module = moduleOf(key, texels, storage8_, storage16_);
  if (!module) {
    return Status::error(Code::Unsupported, fmt::format("this build has no SPIR-V of '{}'", gpu::kernelText(key)));
  }
  VkShaderModuleCreateInfo code{};
  code.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  code.codeSize = module->words.size_bytes();
  code.pCode = module->words.data();
  TRIREME_ASSIGN(const ShaderModule shader,
                 vulkan::make<ShaderModule>(driver_, "vkCreateShaderModule", &Api::vkCreateShaderModule, code));
  const Specialization constants(key);
  VkComputePipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  info.stage.module = shader.get();
  info.stage.pName = "main";
  info.stage.pSpecializationInfo = &constants.info;
  info.layout = layout;
  VkPipeline raw = VK_NULL_HANDLE;
  const VkResult made = driver_.api->vkCreateComputePipelines(driver_.device, cache_.get(), 1, &info, nullptr, &raw);
  if (made != VK_SUCCESS || raw == VK_NULL_HANDLE) {
    return failure(fmt::format("vkCreateComputePipelines of '{}'", gpu::kernelText(key)), made);
  }
  return Pipeline(driver_, raw);
}

Status PipelineStore::add(const PipelineKey& key) {
  if (pipelines_.contains(key)) return {};
  Made one;
  if (key.second) one.texels = texelFormatsOf(key.first);
  TRIREME_ASSIGN(one.layout, layoutOf(gpu::programInfo(key.first.program), one.texels));
  TRIREME_ASSIGN(one.pipeline, make(key, one.layout->layout.get()));
  pipelines_.emplace(key, std::move(one));
  return {};
}

Result<ReadyPipeline> PipelineStore::ready(const PipelineKey& key) const {
  const auto found = pipelines_.find(key);
  if (found == pipelines_.end()) {
    return Status::error(Code::Internal, fmt::format("kernel '{}' was not compiled", gpu::kernelText(key.first)));
  }
  const Made& made = found->second;
  return ReadyPipeline{made.pipeline.get(), made.layout->layout.get(), made.layout->set.get(), made.texels};
}

Status PipelineStore::compile(std::span<const gpu::KernelKey> keys) {
  const std::lock_guard lock(mutex_);
  for (const gpu::KernelKey& key : keys) TRIREME_TRY(add({key, readsTexels(key)}));
  return {};
}

Result<ReadyPipeline> PipelineStore::find(const gpu::KernelKey& key) const {
  const std::lock_guard lock(mutex_);
  return ready({key, readsTexels(key)});
}

Result<ReadyPipeline> PipelineStore::withoutTexels(const gpu::KernelKey& key) {
  const std::lock_guard lock(mutex_);
  TRIREME_TRY(add({key, false}));
  return ready({key, false});
}

size_t texelBytes(VkFormat format) { return std::ranges::find(kTexelFormats, format, &TexelFormat::format)->bytes; }

}  // namespace trireme::vulkan
