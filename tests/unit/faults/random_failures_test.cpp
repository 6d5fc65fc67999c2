#include <thread>

#include "tests/unit/faults/mixed_plan.h"

// Several things go wrong at once, on two devices, with frames in flight: every answer is right all the same.
namespace trireme::faults {
namespace {

using std::chrono::milliseconds;

FakeOptions randomOptions(support::Random& random, const char* name) {
  FakeOptions options;
  options.name = name;
  const std::vector<OpKind> all = {OpKind::Relu, OpKind::Tanh, OpKind::Add, OpKind::Conv2d, OpKind::MaxPool2d};
  for (const OpKind op : all) {
    if (random.between(0, 1) == 1) options.operators.push_back(op);
  }
  options.asynchronous = random.between(0, 3) != 0;
  options.memory.importAlignment = random.between(0, 1) == 1 ? 64 : 0;
  options.offersInPlace = random.between(0, 1) == 1;
  options.maxBound = int(random.between(0, 2));
  return options;
}

Trouble randomTrouble(support::Random& random, bool asynchronous) {
  Trouble trouble;
  trouble.call = fake::kEveryCall[size_t(random.between(0, fake::kCallCount - 1))];
  trouble.nth = uint64_t(random.between(1, 25));
  const bool queued =
      asynchronous && (trouble.call == Call::Upload || trouble.call == Call::Download ||
                       trouble.call == Call::Acquire || trouble.call == Call::Release || trouble.call == Call::Submit);
  constexpr How kQueued[] = {How::Fail, How::FailLater, How::Throw, How::Hang};
  constexpr How kOther[] = {How::Fail, How::Throw};
  trouble.how = queued ? kQueued[random.between(0, 3)] : kOther[random.between(0, 1)];
  trouble.lost = trouble.how != How::Hang && random.between(0, 2) == 0;
  return trouble;
}

std::string describe(const FakeOptions& options, const std::vector<Trouble>& troubles) {
  std::string text = options.name + (options.asynchronous ? "" : " synchronous") +
                     (options.memory.importAlignment ? " imports" : "") + (options.offersInPlace ? " in place" : "") +
                     " bound " + std::to_string(options.maxBound) + ", operators";
  for (const OpKind op : options.operators) text += " " + std::string(opName(op));
  for (const Trouble& trouble : troubles) {
    text += "; " + std::string(fake::callName(trouble.call)) + " " + std::to_string(trouble.nth) + " how " +
            std::to_string(int(trouble.how)) + (trouble.lost ? " lost" : "");
  }
  return text;
}

std::vector<Trouble> planTroubles(support::Random& random, const Fake& fake, const FakeOptions& options) {
  const std::vector<Trouble> troubles = {randomTrouble(random, options.asynchronous),
                                         randomTrouble(random, options.asynchronous)};
  for (const Trouble& trouble : troubles) fake.script->plan(trouble);
  return troubles;
}

void runFrames(Interpreter& interpreter, const std::vector<Expectation>& expected) {
  const size_t frames = size_t(interpreter.frameCount());
  for (size_t at = 0; at + frames <= expected.size(); at += frames) {
    std::vector<Event> events;
    for (size_t f = 0; f < frames; ++f) {
      ASSERT_TRUE(support::setInputs(interpreter.frame(int(f)), expected[at + f].inputs).ok());
      events.push_back(interpreter.frame(int(f)).submit());
    }
    for (size_t f = 0; f < frames; ++f) {
      const Status status = events[f].wait();
      ASSERT_TRUE(status.ok()) << status.message();
      EXPECT_EQ("", check(support::readOutputs(interpreter, interpreter.frame(int(f))), expected[at + f]));
    }
  }
}

void settle(const Fake& fake) {
  fake.script->wake();
  const auto& queue = static_cast<fake::FakeDevice&>(fake.delegate->device()).queue();
  for (int i = 0; i < 5000 && !queue.idle(); ++i) {
    fake.script->wake();  // it may hang more than once
    std::this_thread::sleep_for(milliseconds(1));
  }
}

class RandomFailures : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomFailures, NeverGiveAWrongAnswer) {
  const auto model = support::modelOf(sandwich());
  std::vector<Expectation> expected;
  for (uint64_t seed = 0; seed < 6; ++seed) expected.push_back(expectation(model, seed));
  constexpr uint64_t kSeeds = 20;
  for (uint64_t seed = GetParam() * kSeeds; seed < (GetParam() + 1) * kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    support::Random random(seed);
    const FakeOptions one = randomOptions(random, "one"), two = randomOptions(random, "two");
    const Fake first(one), second(two);
    SCOPED_TRACE(describe(one, planTroubles(random, first, one)));
    SCOPED_TRACE(describe(two, planTroubles(random, second, two)));
    {
      Options options = with({&first, &second});
      options.setFramesInFlight(int(random.between(1, 3))).setDeviceTimeout(milliseconds(100));
      auto interpreter = Interpreter::create(model, options);
      ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
      runFrames(*interpreter.value(), expected);
    }
    settle(first);
    settle(second);
    EXPECT_EQ(std::vector<std::string>(), first.script->violations());
    EXPECT_EQ(std::vector<std::string>(), second.script->violations());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFailures, testing::Range(uint64_t{0}, uint64_t{10}));

}  // namespace
}  // namespace trireme::faults
