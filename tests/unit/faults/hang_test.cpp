#include <future>
#include <thread>

#include "tests/unit/faults/mixed_plan.h"

// A device that never answers, a frame that takes too long, a caller who has enough.
namespace trireme::faults {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Hung work goes on late: if anything that it names is gone by then, the address sanitizer and the fake see it.
void wakeAndWait(const Fake& fake) {
  fake.script->wake();
  const TimePoint end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  auto& device = static_cast<fake::FakeDevice&>(fake.delegate->device());
  while (!device.queue().idle() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(device.queue().idle());
}

TEST(HungDevice, IsLeftBehindAndTheAnswerIsRight) {
  for (const Call call : {Call::Upload, Call::Submit, Call::Download, Call::Acquire, Call::Release}) {
    for (const uint64_t nth : {1u, 2u, 3u}) {
      for (const bool wakesInside : {true, false}) {
        SCOPED_TRACE(std::string(fake::callName(call)) + " " + std::to_string(nth));
        const bool handover = call == Call::Acquire || call == Call::Release;
        const Fake fake(handover ? importing() : onFake());
        fake.script->plan({call, nth, How::Hang});
        const auto model = support::modelOf(sandwich());
        {
          auto interpreter = Interpreter::create(model, with(fake).setDeviceTimeout(milliseconds(60)));
          ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
          for (uint64_t seed : {1U, 2U}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
          ASSERT_EQ(1u, interpreter.value()->faults().size());
          EXPECT_EQ("fake", interpreter.value()->faults()[0].delegate);
          EXPECT_EQ(Code::DeadlineExceeded, interpreter.value()->faults()[0].status.code());
          if (wakesInside) wakeAndWait(fake);
          EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 3)));
        }
        if (!wakesInside) wakeAndWait(fake);
        EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
      }
    }
  }
}

TEST(HungDevice, IsAnErrorWhenStrict) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 1, How::Hang});
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake).setDeviceTimeout(milliseconds(60)).setStrict(true));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  const Status status = interpreter.value()->invoke();
  EXPECT_EQ(Code::DeadlineExceeded, status.code());
  EXPECT_NE(std::string::npos, status.message().find("fake")) << status.message();
  wakeAndWait(fake);
}

TEST(HungDevice, DoesNotStopTwoFramesInFlight) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 2, How::Hang});
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake).setDeviceTimeout(milliseconds(60)).setFramesInFlight(2));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    const Expectation expected[2] = {expectation(model, 1), expectation(model, 2)};
    Event events[2];
    for (int f = 0; f < 2; ++f) {
      ASSERT_TRUE(support::setInputs(interpreter.value()->frame(f), expected[f].inputs).ok());
      events[f] = interpreter.value()->frame(f).submit();
    }
    for (int f = 0; f < 2; ++f) {
      EXPECT_TRUE(events[f].wait().ok());
      EXPECT_EQ("", check(support::readOutputs(*interpreter.value(), interpreter.value()->frame(f)), expected[f]));
    }
  }
  wakeAndWait(fake);
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

TEST(Deadline, EndsAFrameAndLeavesTheDeviceUsable) {
  FakeOptions options = onFake();
  options.delays[size_t(Call::Submit)] = microseconds(80'000);
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake).setTimeout(milliseconds(30)));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    ASSERT_TRUE(support::setInputs(interpreter.value()->frame(), expectation(model, 1).inputs).ok());
    const TimePoint begin = std::chrono::steady_clock::now();
    EXPECT_EQ(Code::DeadlineExceeded, interpreter.value()->invoke().code());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    EXPECT_EQ(Code::DeadlineExceeded, interpreter.value()->invoke().code());
  }
  expectClean(*fake.script);
}

// Whatever is not begun when the time is over, or the caller has enough, never begins.
TEST(Deadline, AndCancelEndTheFrameWithinOnePartition) {
  for (const bool cancels : {false, true}) {
    FakeOptions options = onFake();
    options.delays[size_t(Call::Submit)] = microseconds(100'000);
    const Fake fake(options);
    const auto model = support::modelOf(sandwich());
    Options settings = with(fake);
    if (!cancels) settings.setTimeout(milliseconds(40));
    auto interpreter = Interpreter::create(model, settings);
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    ASSERT_TRUE(support::setInputs(interpreter.value()->frame(), expectation(model, 1).inputs).ok());
    std::thread other([&] {
      while (cancels && fake.script->calls(Call::Submit) == 0) std::this_thread::sleep_for(milliseconds(1));
      if (cancels) interpreter.value()->cancel();
    });
    EXPECT_EQ(cancels ? Code::Cancelled : Code::DeadlineExceeded, interpreter.value()->invoke().code());
    other.join();
    EXPECT_LE(fake.script->calls(Call::Submit), 1u) << "of two";
    EXPECT_TRUE(interpreter.value()->faults().empty()) << "no device failed";
  }
}

TEST(Deadline, IsFarEnoughForWorkThatIsOnlySlow) {
  FakeOptions options = onFake();
  options.delays[size_t(Call::Submit)] = microseconds(10'000);
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake).setTimeout(std::chrono::seconds(20)));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  EXPECT_TRUE(interpreter.value()->faults().empty());
}

TEST(Cancel, EndsTheFrameAndNotTheInterpreter) {
  FakeOptions options = onFake();
  options.delays[size_t(Call::Submit)] = microseconds(100'000);
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    const Expectation expected = expectation(model, 1);
    ASSERT_TRUE(support::setInputs(interpreter.value()->frame(), expected.inputs).ok());
    std::thread other([&] {
      std::this_thread::sleep_for(milliseconds(30));
      interpreter.value()->cancel();
    });
    EXPECT_EQ(Code::Cancelled, interpreter.value()->invoke().code());
    other.join();
    EXPECT_EQ("", runAndCheck(*interpreter.value(), expected));
    EXPECT_TRUE(interpreter.value()->faults().empty() || !interpreter.value()->faults()[0].ranAgain);
  }
  expectClean(*fake.script);
}

TEST(Cancel, EndsEveryFrameInFlight) {
  FakeOptions options = onFake();
  options.delays[size_t(Call::Submit)] = microseconds(100'000);
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake).setFramesInFlight(2));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (int f = 0; f < 2; ++f) {
      ASSERT_TRUE(support::setInputs(interpreter.value()->frame(f), expectation(model, 1).inputs).ok());
    }
    const Event first = interpreter.value()->frame(0).submit(), second = interpreter.value()->frame(1).submit();
    std::this_thread::sleep_for(milliseconds(20));
    interpreter.value()->cancel();
    EXPECT_EQ(Code::Cancelled, first.wait().code());
    EXPECT_EQ(Code::Cancelled, second.wait().code());
    EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 2)));
  }
  expectClean(*fake.script);
}

}  // namespace
}  // namespace trireme::faults
