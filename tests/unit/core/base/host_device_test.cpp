#include <gtest/gtest.h>

#include <cstring>

#include "trireme/device.h"

namespace trireme {
namespace {

TEST(HostDevice, AllocatesAlignedMemoryThatTheHostSees) {
  const auto buffer = hostDevice().allocate(100).value();
  EXPECT_EQ(buffer->size(), 100u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->host()) % hostDevice().memory().alignment, 0u);
  EXPECT_EQ(&buffer->device(), &hostDevice());
}

TEST(HostDevice, AllocatesNothingAsAnEmptyBuffer) { EXPECT_EQ(hostDevice().allocate(0).value()->size(), 0u); }

TEST(HostDevice, RefusesWhatTheMachineDoesNotHave) {
  const auto buffer = hostDevice().allocate(size_t{1} << 60);
  ASSERT_FALSE(buffer.ok());
  EXPECT_EQ(buffer.status().code(), Code::OutOfMemory);
}

TEST(HostDevice, CopiesThroughItsBuffers) {
  const auto buffer = hostDevice().allocate(8).value();
  const std::array<std::byte, 4> from{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  std::array<std::byte, 4> to{};
  ASSERT_TRUE(hostDevice().upload(from, {buffer.get(), 2, 4}).wait().ok());
  ASSERT_TRUE(hostDevice().download({buffer.get(), 2, 4}, to).wait().ok());
  EXPECT_EQ(from, to);
  EXPECT_FALSE(hostDevice().upload(from, {buffer.get(), 6, 2}).wait().ok());
}

TEST(HostDevice, ImportsTheCallersMemoryAsItIs) {
  std::array<std::byte, 16> memory{};
  const auto buffer = hostDevice().import(memory).value();
  EXPECT_EQ(buffer->host(), memory.data());
}

class Bare final : public Device {
 public:
  std::string_view name() const override { return "bare"; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t) override { return Status::error(Code::OutOfMemory, "none"); }
  Event upload(std::span<const std::byte>, BufferView) override { return {}; }
  Event download(BufferView, std::span<std::byte>) override { return {}; }

 private:
  MemoryTraits traits_;
};

TEST(Device, RefusesToImportUnlessItSaysItCan) {
  Bare device;
  EXPECT_EQ(device.import({}).status().message(), "device 'bare' cannot import host memory");
}

}  // namespace
}  // namespace trireme
