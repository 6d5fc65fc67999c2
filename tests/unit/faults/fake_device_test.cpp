#include <cmath>
#include <cstring>
#include <thread>

#include "tests/support/fake_delegate.h"
#include "tests/support/graph_builders.h"

#include <gtest/gtest.h>

// The fake device itself: tests lean on it, so it must see what is wrong.
namespace trireme::fake {
namespace {

using std::chrono::milliseconds;

std::vector<std::byte> pattern(size_t bytes, int first) {
  std::vector<std::byte> result(bytes);
  for (size_t i = 0; i < bytes; ++i) result[i] = std::byte((first + int(i)) & 0xFF);
  return result;
}

TEST(FakeDevice, KeepsWhatWasUploadedOutOfTheHostsSight) {
  const Fake fake;
  Device& device = fake.delegate->device();
  auto buffer = device.allocate(100);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(nullptr, buffer.value()->host());
  const auto sent = pattern(40, 7);
  std::vector<std::byte> got(40);
  EXPECT_TRUE(device.upload(sent, {buffer.value().get(), 60, 40}).wait().ok());
  EXPECT_TRUE(device.download({buffer.value().get(), 60, 40}, got).wait().ok());
  EXPECT_EQ(sent, got);
  EXPECT_TRUE(fake.script->violations().empty());
}

TEST(FakeDevice, SeesMemoryThatNobodyWrote) {
  const Fake fake;
  auto buffer = fake.delegate->device().allocate(16);
  std::vector<std::byte> got(16);
  (void)fake.delegate->device().download({buffer.value().get(), 0, 16}, got).wait();
  EXPECT_EQ(1u, fake.script->violations().size());
}

TEST(FakeDevice, SeesViewsOutsideABufferAndOfAnotherDevice) {
  const Fake fake, other;
  auto buffer = fake.delegate->device().allocate(16);
  const auto sent = pattern(8, 0);
  EXPECT_FALSE(fake.delegate->device().upload(sent, {buffer.value().get(), 9, 8}).wait().ok());
  EXPECT_FALSE(other.delegate->device().upload(sent, {buffer.value().get(), 0, 8}).wait().ok());
  EXPECT_FALSE(fake.script->violations().empty());
  EXPECT_FALSE(other.script->violations().empty());
}

TEST(FakeDevice, SeesABufferFreedUnderQueuedWork) {
  FakeOptions options;
  options.delays[size_t(Call::Upload)] = std::chrono::microseconds(20'000);
  const Fake fake(options);
  auto buffer = fake.delegate->device().allocate(16);
  const auto sent = pattern(16, 0);
  const Event event = fake.delegate->device().upload(sent, {buffer.value().get(), 0, 16});
  buffer.value().reset();
  (void)event.wait();
  EXPECT_EQ(1u, fake.script->violations().size());
}

TEST(FakeDevice, SpoilsImportedMemoryBetweenAcquireAndRelease) {
  FakeOptions options;
  options.memory.importAlignment = 64;
  const Fake fake(options);
  alignas(64) std::byte host[128];
  const auto before = pattern(128, 3);
  std::memcpy(host, before.data(), 128);
  auto buffer = fake.delegate->device().import(host);
  ASSERT_TRUE(buffer.ok());
  ASSERT_TRUE(fake.delegate->device().acquire({buffer.value().get(), 64, 64}).wait().ok());
  EXPECT_EQ(0, std::memcmp(host, before.data(), 64));
  EXPECT_NE(0, std::memcmp(host + 64, before.data() + 64, 64));
  ASSERT_TRUE(fake.delegate->device().release({buffer.value().get(), 64, 64}).wait().ok());
  EXPECT_EQ(0, std::memcmp(host, before.data(), 128));
  EXPECT_TRUE(fake.script->violations().empty());
}

TEST(FakeDevice, RefusesWhatIsAboveItsLimits) {
  FakeOptions options;
  options.memory.maxAllocation = 100;
  options.totalBytes = 150;
  const Fake fake(options);
  EXPECT_EQ(Code::OutOfMemory, fake.delegate->device().allocate(101).status().code());
  auto first = fake.delegate->device().allocate(100);
  EXPECT_TRUE(first.ok());
  EXPECT_EQ(Code::OutOfMemory, fake.delegate->device().allocate(51).status().code());
  first.value().reset();
  EXPECT_TRUE(fake.delegate->device().allocate(100).ok());
}

TEST(FakeDevice, FailsAtTheNthCallAsPlanned) {
  const Fake fake;
  fake.script->plan({Call::Allocate, 2, How::Fail, Code::OutOfMemory});
  fake.script->plan({Call::Allocate, 3, How::Throw});
  EXPECT_TRUE(fake.delegate->device().allocate(1).ok());
  EXPECT_EQ(Code::OutOfMemory, fake.delegate->device().allocate(1).status().code());
  EXPECT_THROW((void)fake.delegate->device().allocate(1), std::runtime_error);
  EXPECT_TRUE(fake.delegate->device().allocate(1).ok());
  EXPECT_EQ(2u, fake.script->struck());
}

TEST(FakeDevice, HangsUntilItIsWoken) {
  const Fake fake;
  fake.script->plan({Call::Upload, 1, How::Hang});
  auto buffer = fake.delegate->device().allocate(16);
  const auto sent = pattern(16, 0);
  const Event event = fake.delegate->device().upload(sent, {buffer.value().get(), 0, 16});
  EXPECT_EQ(Code::DeadlineExceeded, event.wait(std::chrono::steady_clock::now() + milliseconds(20)).code());
  EXPECT_FALSE(event.ready());
  fake.script->wake();
  EXPECT_TRUE(event.wait(std::chrono::steady_clock::now() + std::chrono::seconds(5)).ok());
}

TEST(FakeDevice, LosesEverythingWhenItIsLost) {
  const Fake fake;
  fake.script->plan({Call::Allocate, 1, How::Fail, Code::DeviceLost, true});
  EXPECT_TRUE(fake.delegate->device().health().ok());
  EXPECT_FALSE(fake.delegate->device().allocate(1).ok());
  EXPECT_EQ(Code::DeviceLost, fake.delegate->device().allocate(1).status().code());
  EXPECT_EQ(Code::DeviceLost, fake.delegate->device().health().code());
}

TEST(FakeDevice, KeepsItsOrderAndItsOwnTime) {
  FakeOptions options;
  options.clock.offset = std::chrono::hours(3);
  options.delays[size_t(Call::Upload)] = std::chrono::microseconds(2'000);
  const Fake fake(options);
  auto buffer = fake.delegate->device().allocate(16);
  const auto sent = pattern(16, 0);
  const Event first = fake.delegate->device().upload(sent, {buffer.value().get(), 0, 16});
  const Event second = fake.delegate->device().upload(sent, {buffer.value().get(), 0, 16});
  ASSERT_TRUE(second.wait().ok());
  EXPECT_TRUE(first.ready());
  EXPECT_TRUE(second.times().deviceClock);
  EXPECT_LE(first.times().end, second.times().begin);
  EXPECT_GE(second.times().end - second.times().begin, milliseconds(2));
  EXPECT_LT(second.times().end, std::chrono::steady_clock::now() + std::chrono::minutes(1));
}

TEST(FakeDevice, TakesEventsBeyondItsOwnEnd) {
  Event event;
  {
    const Fake fake;
    fake.script->plan({Call::Upload, 1, How::Hang});
    auto buffer = fake.delegate->device().allocate(16);
    event = fake.delegate->device().upload({}, {buffer.value().get(), 0, 0});
  }
  EXPECT_EQ(Code::DeviceLost, event.wait().code());
}

// A partition of conv relu conv add relu, bound by hand.
TEST(FakeDelegate, RunsAPartitionOnItsOwnMemory) {
  FakeOptions options;
  options.offersInPlace = true;
  const Fake fake(options);
  const Graph graph = support::chainNet(3, 10);
  for (const Support& answer : fake.delegate->query(graph)) EXPECT_TRUE(answer.ok());
  std::vector<NodeId> nodes = {NodeId{0}, NodeId{1}, NodeId{2}};
  const PartitionView view{graph, nodes, graph.inputs(), graph.outputs()};
  auto compiled = fake.delegate->compile(view, {});
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  Device& device = fake.delegate->device();
  auto shared = device.allocate(40);
  auto scratch = device.allocate(compiled.value()->needs().scratch.bytes);
  ASSERT_EQ(1u, compiled.value()->needs().inPlace.size());
  const BufferView place[] = {{shared.value().get(), 0, 40}};
  auto bound = compiled.value()->bind({place, place, {scratch.value().get(), 0, scratch.value()->size()}});
  ASSERT_TRUE(bound.ok()) << bound.status().message();
  const std::vector<float> sent = {1, -1, 2, -2, 0, 0.5f, -0.5f, 3, -3, 100};
  std::vector<float> got(10);
  (void)device.upload(std::as_bytes(std::span(sent)), place[0]).wait();
  ASSERT_TRUE(bound.value()->submit(nullptr).wait().ok());
  ASSERT_TRUE(device.download(place[0], std::as_writable_bytes(std::span(got))).wait().ok());
  for (size_t i = 0; i < sent.size(); ++i) EXPECT_NEAR(std::tanh(std::max(sent[i], 0.0f)), got[i], 1e-6);
  EXPECT_TRUE(fake.script->violations().empty());
}

}  // namespace
}  // namespace trireme::fake
