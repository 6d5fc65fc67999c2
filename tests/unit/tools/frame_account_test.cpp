#include "tools/frame_account.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/fake_delegate.h"
#include "tests/support/graph_builders.h"
#include "tests/support/run_model.h"

// Where a frame's time went: the parts and what is left of them add up to the whole.
namespace trireme::tools {
namespace {

using std::chrono::microseconds;

TimePoint at(int64_t us) { return TimePoint(std::chrono::seconds(7) + microseconds(us)); }

StepTiming step(int64_t queued, int64_t begin, int64_t end, double waitUs = 0) {
  StepTiming one;
  one.times = {at(queued), at(begin), at(end), false};
  one.waitSeconds = waitUs * 1e-6;
  return one;
}

FrameTiming frameOf(std::span<const StepTiming> steps) {
  FrameTiming timing;
  timing.begin = at(0);
  timing.started = at(10);
  timing.filled = at(30);
  timing.finished = at(500);
  timing.committed = at(504);
  timing.end = at(511);
  timing.steps = steps;
  return timing;
}

TEST(FrameAccount, NamesEveryMicrosecond) {
  // CPU; a copy to a device; the device; the host waits for it until 405 and goes on.
  const std::vector<StepTiming> steps = {step(32, 32, 100), step(103, 103, 150), step(104, 150, 400),
                                         step(405, 407, 500, 300)};
  const FrameAccount account = accountFor(frameOf(steps));
  EXPECT_NEAR(68 + 47 + 250 + 93, account.parts, 1e-6);
  EXPECT_NEAR(0, account.overlap, 1e-6);
  EXPECT_NEAR(10, account.before, 1e-6);
  EXPECT_NEAR(20, account.copyIn, 1e-6);
  EXPECT_NEAR(2 + 3, account.dispatch, 1e-6);  // before the first step, between CPU and copy
  EXPECT_NEAR(5 + 2, account.wait, 1e-6);      // 400 to 405, and what the last step was queued for
  EXPECT_NEAR(4, account.commit, 1e-6);
  EXPECT_NEAR(7, account.copyOut, 1e-6);
  EXPECT_NEAR(511, account.parts - account.overlap + account.other(), 1e-6);
}

TEST(FrameAccount, CountsPartsThatRunAtOnceOnce) {
  const std::vector<StepTiming> steps = {step(30, 30, 300), step(31, 100, 200), step(32, 250, 450)};
  const FrameAccount account = accountFor(frameOf(steps));
  EXPECT_NEAR(100 + 50, account.overlap, 1e-6);
  EXPECT_NEAR(50, account.wait, 1e-6);  // to the end there is nothing to do but to wait
  EXPECT_NEAR(511, account.parts - account.overlap + account.other(), 1e-6);
}

TEST(FrameAccount, StandsAClockThatRunsAway) {
  const std::vector<StepTiming> steps = {step(30, -9'000'000, -8'000'000), step(100, 100, 400)};
  const FrameAccount account = accountFor(frameOf(steps));
  EXPECT_NEAR(511, account.parts - account.overlap + account.other(), 1e-3);
  EXPECT_GE(account.wait, 0);
  EXPECT_GE(account.dispatch, 0);
}

// Of real frames in the caller's memory, the least share of the wall time that is left: what the library itself leaves
// is left in each of them; what other programs on the machine do to one is not.
// `waits`: with the time for which a device was waited for and no part ran.
double leastShare(Interpreter& interpreter, bool waits, double& leastWallUs) {
  double least = 1;
  leastWallUs = 1e9;
  for (int i = 0; i < 31; ++i) {
    EXPECT_TRUE(interpreter.invoke().ok());
    const FrameTiming& timing = interpreter.frame().lastTimings();
    const FrameAccount account = accountFor(timing);
    const double wall = std::chrono::duration<double, std::micro>(timing.end - timing.begin).count();
    EXPECT_NEAR(wall, account.parts - account.overlap + account.other(), 1e-3 * wall);
    for (const double one : {account.before, account.copyIn, account.wait, account.dispatch, account.commit,
                             account.copyOut, account.overlap}) {
      EXPECT_GE(one, -1e-3);
    }
    least = std::min(least, (account.other() - (waits ? 0 : account.wait)) / wall);
    leastWallUs = std::min(leastWallUs, wall);
  }
  return least;
}

TEST(FrameAccount, IsWithinFivePercentOfFramesOfAMillisecondOrMore) {
  support::Net net(3);
  const ValueId a = net.relu(net.conv(net.input({1, 64, 64, 16}), 64));
  const auto model = support::modelOf(net.build({net.relu(net.conv(net.tanh(a), 64))}));
  fake::FakeOptions fakeOptions;
  fakeOptions.operators = {OpKind::Tanh};
  const fake::Fake fake(fakeOptions);
  auto paced = createDelegate("emulated:mobile-gpu,mode=paced", 1);
  ASSERT_TRUE(paced.ok()) << paced.status().message();
  const std::vector<std::vector<std::shared_ptr<Delegate>>> plans = {{}, {fake.delegate}, {paced.value()}};
  for (const auto& delegates : plans) {
    Options options;
    options.setThreads(1).setStrategy("greedy");
    for (const auto& delegate : delegates) options.addDelegate(delegate);
    auto interpreter = Interpreter::create(model, options);
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    std::vector<std::byte> output(interpreter.value()->frame().output(0).value().bytes.size());
    ASSERT_TRUE(interpreter.value()->frame().bindOutput(0, output).ok());
    SCOPED_TRACE(interpreter.value()->compiled().delegates()[0]->info().name);
    double wallUs = 0;
    const bool hasThread =
        delegates.size() == 1 && delegates[0] == fake.delegate;  // which the machine wakes when it likes
    EXPECT_LE(leastShare(*interpreter.value(), !hasThread, wallUs), 0.05);
    EXPECT_GE(wallUs, 1000) << "a frame to speak of";
  }
}

}  // namespace
}  // namespace trireme::tools
