#include <cstdlib>

#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

// The host's memory in turns with the device, and copies through memory that both see.
namespace trireme::vulkan {
namespace {

using script::Function;
using script::Overlay;
using script::Script;

class VulkanMemoryTest : public WithDriver {
 protected:
  // Bytes in and out again, all under way at once.
  static void expectRoundTrips(VulkanDevice& one, std::span<const size_t> sizes) {
    std::vector<std::unique_ptr<Buffer>> buffers;
    std::vector<std::vector<std::byte>> in, out;
    std::vector<Event> events;
    for (size_t i = 0; i < sizes.size(); ++i) {
      buffers.push_back(std::move(one.allocate(sizes[i])).value());
      in.emplace_back(sizes[i]);
      for (size_t k = 0; k < sizes[i]; ++k) in[i][k] = std::byte(uint8_t((k * 2654435761u + i) >> 7));
      out.emplace_back(sizes[i]);
      const BufferView view{buffers.back().get(), 0, sizes[i]};
      events.push_back(one.upload(in[i], view));
      events.push_back(one.download(view, out[i]));
    }
    for (const Event& event : events) EXPECT_TRUE(event.wait().ok());
    for (size_t i = 0; i < sizes.size(); ++i) EXPECT_TRUE(in[i] == out[i]) << "copy " << i << " of " << sizes[i];
  }
};

TEST_F(VulkanMemoryTest, ImportedMemoryIsHandedToAndFro) {
  const auto one = device(driver());
  const size_t unit = one->memory().importAlignment;
  if (unit == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const std::unique_ptr<std::byte, decltype(&std::free)> arena(
      static_cast<std::byte*>(std::aligned_alloc(unit, 2 * unit)), std::free);
  auto* const values = reinterpret_cast<float*>(arena.get());
  const auto* const results = reinterpret_cast<const float*>(arena.get() + unit);
  auto buffer = one->import({arena.get(), 2 * unit});
  ASSERT_TRUE(buffer.ok()) << buffer.status().message();
  EXPECT_EQ(buffer.value()->host(), arena.get());
  const BufferView in{buffer.value().get(), 0, 1024}, out{buffer.value().get(), unit, 1024};
  const gpu::DispatchList list = reversing(256, 1, one->limits().bindingAlignment);
  ASSERT_TRUE(one->compile(keysOf(list)).ok());
  auto scratch = one->allocate(list.buffers[2].bytes);
  const std::vector<BufferView> views = {in, out, {scratch.value().get(), 0, list.buffers[2].bytes}};
  auto executable = one->build(list, views);
  ASSERT_TRUE(executable.ok()) << executable.status().message();
  for (const float start : {0.0f, 100.0f, 200.0f}) {
    for (int i = 0; i < 256; ++i) values[i] = start + float(i);
    ASSERT_TRUE(one->acquire(in).wait().ok());
    static_cast<void>(executable.value()->run());
    ASSERT_TRUE(one->release(out).wait().ok());
    for (int i = 0; i < 256; ++i) ASSERT_EQ(results[i], start + float(255 - i));
  }
  EXPECT_EQ(one->import({arena.get() + 64, unit}).status().code(), Code::InvalidArgument);
  EXPECT_EQ(one->import({arena.get(), 100}).status().code(), Code::InvalidArgument);
}

TEST_F(VulkanMemoryTest, ADiscreteDeviceKeepsItsMemoryToItselfAndImportsNone) {
  Overlay overlay(driver());
  script::passFor(overlay, VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  Script script(overlay.loader());
  const auto one = device(script.loader());
  EXPECT_EQ(one->memory().importAlignment, 0u);
  EXPECT_TRUE(one->limits().localTiles);
  auto buffer = one->allocate(1000);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(script.calls(Function::vkMapMemory), 0u);
  expectRoundTrips(*one, std::array<size_t, 1>{1000});
  EXPECT_GT(script.calls(Function::vkMapMemory), 0u);
  EXPECT_EQ(script.calls(Function::vkCmdCopyBuffer), 2u);
}

TEST_F(VulkanMemoryTest, BytesOfAllSizesComeBackOverSharedPiecesWhichAreUsedAgain) {
  Overlay overlay(driver());
  script::passFor(overlay, VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  Script script(overlay.loader());
  {
    const auto one = device(script.loader());
    const std::vector<size_t> sizes = {1, 255, 256, 257, 4096, (size_t{1} << 20) + 1, 3, (size_t{17} << 20) + 5};
    expectRoundTrips(*one, sizes);
    const uint64_t mapped = script.calls(Function::vkMapMemory);
    for (int i = 0; i < 5; ++i) expectRoundTrips(*one, sizes);
    // One for each copy, where all were under way at once, and none more.
    EXPECT_LE(script.calls(Function::vkMapMemory), 2 * sizes.size());
    EXPECT_GE(mapped, 2u);
    expectRoundTrips(*one, std::vector<size_t>(100, 100));
    for (int i = 0; i < 3; ++i) expectRoundTrips(*one, std::array<size_t, 1>{(size_t{40} << 20) + 12345});
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanMemoryTest, WithoutMemoryForAPieceACopyFailsAloneAndTheNextOneWorks) {
  Overlay overlay(driver());
  script::passFor(overlay, VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  Script script(overlay.loader());
  const auto one = device(script.loader());
  auto buffer = one->allocate(100);
  const std::vector<std::byte> bytes(100);
  script.failCall(Function::vkAllocateMemory, 1, VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_EQ(one->upload(bytes, {buffer.value().get(), 0, 100}).wait().code(), Code::OutOfMemory);
  EXPECT_TRUE(one->health().ok());
  expectRoundTrips(*one, std::array<size_t, 2>{100, 5000});
}

TEST_F(VulkanMemoryTest, NoMemoryForABufferIsSaidWithItsSize) {
  Script script(driver());
  const auto one = device(script.loader());
  script.failCall(Function::vkAllocateMemory, 1, VK_ERROR_OUT_OF_DEVICE_MEMORY);
  const Status status = one->allocate(4096 * 3).status();
  EXPECT_EQ(status.code(), Code::OutOfMemory);
  EXPECT_NE(status.message().find("12288"), std::string::npos) << status.message();
  EXPECT_EQ(one->allocate(64).status().code(), Code::Ok);
}

}  // namespace
}  // namespace trireme::vulkan
