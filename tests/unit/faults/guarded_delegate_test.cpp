#include "tests/support/guarded_delegate.h"

#include <gtest/gtest.h>

#include "tests/support/fake_delegate.h"
#include "tests/unit/faults/mixed_plan.h"

// The guard itself: the tests lean on it.
namespace trireme::faults {
namespace {

TEST(GuardedDelegate, TellsOfAByteBehindABufferAndOfOneBeforeIt) {
  const Fake fake;
  const auto trespasses = std::make_shared<support::Trespasses>();
  const auto delegate = support::guarded(fake.delegate, trespasses);
  Device& device = delegate->device();
  auto buffer = device.allocate(100);
  ASSERT_TRUE(buffer.ok()) << buffer.status().message();
  const std::byte one[] = {std::byte{7}};
  ASSERT_TRUE(device.upload(one, {buffer.value().get(), 99, 1}).wait().ok());
  buffer = device.allocate(100);
  EXPECT_EQ(std::vector<std::string>(), trespasses->all());
  for (const size_t at : {size_t{100}, size_t(-1)}) {
    ASSERT_TRUE(device.upload(one, {buffer.value().get(), at, 1}).wait().ok());
  }
  buffer = device.allocate(1);
  const std::vector<std::string> all = trespasses->all();
  ASSERT_EQ(2u, all.size());
  EXPECT_NE(std::string::npos, all[0].find("byte -1 of a buffer of 100")) << all[0];
  EXPECT_NE(std::string::npos, all[1].find("byte 100 of a buffer of 100")) << all[1];
}

TEST(GuardedDelegate, LeavesTheAnswerAlone) {
  const Fake fake(onFake());
  const auto trespasses = std::make_shared<support::Trespasses>();
  const auto model = support::modelOf(sandwich());
  {
    Options options;
    options.addDelegate(support::guarded(fake.delegate, trespasses)).setThreads(1).setStrategy("greedy");
    auto interpreter = Interpreter::create(model, options);
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_LT(0u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
    for (uint64_t seed : {1U, 2U}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
    EXPECT_TRUE(interpreter.value()->faults().empty());
  }
  EXPECT_EQ(std::vector<std::string>(), trespasses->all());
  expectClean(*fake.script);
}

}  // namespace
}  // namespace trireme::faults
