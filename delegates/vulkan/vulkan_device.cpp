#include "delegates/vulkan/vulkan_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/check_products.h"
#include "delegates/gpu/self_check.h"

namespace trireme::vulkan {
namespace {

constexpr int kLonger = 6;
// What a command buffer should take at most, in seconds: a screen that waits longer lets the system reset the device.
constexpr double kLongestDiscrete = 0.2, kLongestOther = 0.02;

Event refused(std::string sentence) { return Event::failed(Status::error(Code::InvalidArgument, std::move(sentence))); }

double longestOf(const DeviceRecord& record) {
  if (record.isCpu()) return 0;
  return record.type == VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU ? kLongestDiscrete : kLongestOther;
}

}  // namespace

Result<std::unique_ptr<VulkanDevice::Logical>> VulkanDevice::Logical::create(const Api& api,
                                                                             const DeviceRecord& record) {
  const float priority = 1;
  VkDeviceQueueCreateInfo queue{};
  queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
  queue.queueFamilyIndex = record.queueFamily;
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkPhysicalDevice8BitStorageFeatures storage8{};
  storage8.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES;
  storage8.storageBuffer8BitAccess = VK_TRUE;
  VkPhysicalDevice16BitStorageFeatures storage16{};
  storage16.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES;
  storage16.pNext = record.storage8 ? &storage8 : nullptr;
  storage16.storageBuffer16BitAccess = record.storage16 ? VK_TRUE : VK_FALSE;
  VkPhysicalDeviceFeatures2 features{};
  features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  features.pNext = &storage16;
  features.features.shaderFloat64 = record.float64 ? VK_TRUE : VK_FALSE;
  ProductFeatures products(record.products);
  products.chainBefore(features);
  std::vector<const char*> extensions = products.extensions();
  if (record.storage8) extensions.push_back(VK_KHR_8BIT_STORAGE_EXTENSION_NAME);
  if (record.hostMemory) extensions.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  VkDeviceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  info.pNext = &features;
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = uint32_t(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  VkDevice raw = nullptr;  // a call that fails may leave anything here
  const VkResult code = api.vkCreateDevice(record.device, &info, nullptr, &raw);
  if (code != VK_SUCCESS || !raw) return failure(fmt::format("vkCreateDevice for '{}'", record.name), code);
  std::unique_ptr<Logical> logical(new Logical(api));
  logical->device_ = raw;
  return logical;
}

VulkanDevice::Logical::~Logical() {
  if (device_) api_.vkDestroyDevice(device_, nullptr);
}

VulkanDevice::VulkanDevice(std::shared_ptr<const Instance> instance, const DeviceRecord& record,
                           const gpu::Quirks& quirks, std::chrono::nanoseconds longPatience)
    : instance_(std::move(instance)),
      record_(record),
      longPatience_(longPatience),
      limits_(limitsOf(record, quirks)),
      traits_(memoryOf(record, limits_, quirks)) {}

Result<std::unique_ptr<VulkanDevice>> VulkanDevice::create(std::shared_ptr<const Instance> instance,
                                                           const DeviceRecord& record, const DeviceOptions& options) {
  const Api& api = instance->api();
  const gpu::Quirks quirks = gpu::quirksOf(identityOf(record));
  std::unique_ptr<VulkanDevice> device(
      new VulkanDevice(std::move(instance), record, quirks, kLonger * options.patience));
  TRIREME_ASSIGN(device->kinds_, memoryKindsOf(api, record));
  TRIREME_ASSIGN(device->logical_, Logical::create(api, record));
  const Driver driver = device->logical_->driver();
  VkQueue queue = nullptr;
  api.vkGetDeviceQueue(driver.device, record.queueFamily, 0, &queue);
  if (!queue) return failure("vkGetDeviceQueue", VK_SUCCESS);
  device->queue_ = std::make_unique<VulkanQueue>(driver, queue, options.patience);
  device->copies_ = std::make_unique<Copies>(driver, device->kinds_, record.queueFamily, *device->queue_);
  const std::filesystem::path folder = quirks.cachesPrograms ? options.cacheFolder : std::filesystem::path();
  device->cache_ = std::make_unique<gpu::DeviceCache>(
      identityOf(record), gpu::DeviceCacheOptions{folder, "Vulkan", cacheForm(record), options.log});
  device->pipelines_ = std::make_unique<PipelineStore>(driver, record, *device->cache_);
  if (options.selfCheck) TRIREME_TRY(gpu::checkDevice(*device, *device->cache_, "Vulkan", device->longPatience_));
  if (options.matrixUnit) device->limits_.matrixUnit = options.matrixUnit;
  TRIREME_TRY(device->checkProducts(options.log));
  return device;
}

VulkanDevice::~VulkanDevice() {
  if (!queue_) return;
  if (queue_->drain()) {
    if (pipelines_ && queue_->health().ok()) pipelines_->save();
    return;
  }
  if (pipelines_) pipelines_->leak();
  logical_->leak();
  keepForGood(instance_);  // the driver's threads go on
}

// Each time: a device that was opened anew is to choose as it did before.
Status VulkanDevice::checkProducts(const std::function<void(std::string_view)>& log) {
  if (!limits_.dotProducts && !limits_.matrixUnit) return {};
  TRIREME_ASSIGN(const gpu::ProductFaults faults, gpu::checkProducts(*this, longPatience_));
  const auto say = [&](std::string_view what, const std::string& why) {
    if (log) log(fmt::format("Vulkan device '{}': its {} are not used: {}", name(), what, why));
  };
  if (!faults.dots.empty()) {
    limits_.dotProducts = false;
    say("integer dot products", faults.dots);
  }
  if (!faults.matrices.empty()) {
    limits_.matrixUnit.reset();
    say("cooperative matrices", faults.matrices);
  }
  return {};
}

Result<std::unique_ptr<Buffer>> VulkanDevice::allocate(size_t bytes) {
  if (bytes > traits_.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("Vulkan device '{}' allocates at most {} bytes at once, not {}",
                                                        name(), traits_.maxAllocation, bytes));
  }
  queue_->collect();
  TRIREME_ASSIGN(Block block, allocateBlock(logical_->driver(), kinds_, BlockUse::Own, bytes));
  return std::unique_ptr<Buffer>(std::make_unique<VulkanBuffer>(*this, std::move(block), bytes, nullptr, *queue_));
}

Result<std::unique_ptr<Buffer>> VulkanDevice::import(std::span<std::byte> host) {
  const size_t unit = traits_.importAlignment;
  if (unit == 0) return Device::import(host);
  if (host.empty() || reinterpret_cast<uintptr_t>(host.data()) % unit != 0 || host.size() % unit != 0) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("memory is imported in whole multiples of {} bytes, at least one", unit));
  }
  if (host.size() > traits_.maxAllocation) {
    return Status::error(Code::OutOfMemory, fmt::format("Vulkan device '{}' takes at most {} bytes at once, not {}",
                                                        name(), traits_.maxAllocation, host.size()));
  }
  TRIREME_ASSIGN(Block block, importBlock(logical_->driver(), kinds_, host));
  return std::unique_ptr<Buffer>(
      std::make_unique<VulkanBuffer>(*this, std::move(block), host.size(), host.data(), *queue_));
}

Result<VulkanBuffer*> VulkanDevice::mine(const BufferView& view) const {
  if (!view.buffer || &view.buffer->device() != this) {
    return Status::error(Code::InvalidArgument, fmt::format("memory of another device was given to '{}'", name()));
  }
  if (view.offset > view.buffer->size() || view.size > view.buffer->size() - view.offset) {
    return Status::error(Code::InvalidArgument, fmt::format("bytes {} to {} lie outside a buffer of {}", view.offset,
                                                            view.offset + view.size, view.buffer->size()));
  }
  return static_cast<VulkanBuffer*>(view.buffer);
}

// Where the host sees the device's memory and nothing is under way, it copies by itself.
Event VulkanDevice::upload(std::span<const std::byte> from, BufferView to) {
  const auto buffer = mine(to);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (from.size() > to.size) return refused(fmt::format("upload of {} bytes into {}", from.size(), to.size));
  if (from.empty()) return {};
  std::byte* const mapped = buffer.value()->mapped();
  if (mapped && queue_->whenIdle([&] { std::ranges::copy(from, mapped + to.offset); })) return {};
  return queue_->submit("an upload", [&] { return copies_->up(from, buffer.value()->get(), to.offset); });
}

Event VulkanDevice::download(BufferView from, std::span<std::byte> to) {
  const auto buffer = mine(from);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (from.size > to.size()) return refused(fmt::format("download of {} bytes into {}", from.size, to.size()));
  if (from.size == 0) return {};
  const std::byte* const mapped = buffer.value()->mapped();
  if (mapped && queue_->whenIdle([&] { std::copy_n(mapped + from.offset, from.size, to.data()); })) return {};
  return queue_->submit("a download",
                        [&] { return copies_->down(buffer.value()->get(), from.offset, to.first(from.size)); });
}

Event VulkanDevice::acquire(BufferView view) {
  const auto buffer = mine(view);
  if (!buffer.ok()) return Event::failed(buffer.status());
  if (!buffer.value()->host()) return refused(fmt::format("only imported memory can be handed over, to '{}'", name()));
  const Status health = queue_->health();
  return health.ok() ? Event() : Event::failed(health);
}

Event VulkanDevice::release(BufferView view) {
  const Event taken = acquire(view);
  return taken.ready() && taken.wait().ok() ? queue_->last() : taken;
}

Status VulkanDevice::compile(std::span<const gpu::KernelKey> kernels) {
  TRIREME_TRY(queue_->health());
  return pipelines_->compile(kernels);
}

Result<std::unique_ptr<gpu::GpuExecutable>> VulkanDevice::build(const gpu::DispatchList& list,
                                                                std::span<const BufferView> buffers) {
  TRIREME_TRY(queue_->health());
  DeviceParts parts{logical_->driver(), *this, *queue_, *pipelines_, limits_};
  parts.queueFamily = record_.queueFamily;
  parts.mostTexels = mostTexelsOf(record_);
  parts.timestamps = record_.timestampBits > 0 && record_.limits.timestampPeriod > 0;
  parts.timestampPeriod = double(record_.limits.timestampPeriod);
  parts.timestampMask = record_.timestampBits >= 64 ? UINT64_MAX : (uint64_t{1} << record_.timestampBits) - 1;
  parts.longest = longestOf(record_);
  parts.timedPatience = longPatience_;
  return buildExecutable(parts, list, buffers);
}

}  // namespace trireme::vulkan
