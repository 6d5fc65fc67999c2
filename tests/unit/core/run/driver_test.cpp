#include "core/run/driver.h"

#include <gtest/gtest.h>

#include "tests/unit/core/run/manual_device.h"

namespace trireme::run {
namespace {

// `count` frames of one line.
class DriversOfALine : public testing::Test {
 protected:
  void build(size_t count, ExecutionRules rules = {}) {
    for (size_t i = 0; i < count; ++i) {
      frames.emplace_back();
      ASSERT_FALSE(line.make(frames.back()));
      executions.push_back(std::make_unique<Execution>(*frames.back(), rules));
    }
    drivers = std::make_unique<Drivers>(*line.program, count);
  }
  void add(size_t frame, int input) {
    line.setInput(*frames[frame], input);
    executions[frame]->begin(number++, TimePoint::max());
    drivers->add(*executions[frame]);
  }
  Outcome collect(size_t frame) {
    drivers->awaitOldest();
    Outcome outcome = executions[frame]->finish();
    drivers->collect();
    return outcome;
  }
  Line line;
  std::vector<std::unique_ptr<BoundFrame>> frames;
  std::vector<std::unique_ptr<Execution>> executions;
  std::unique_ptr<Drivers> drivers;
  uint64_t number = 0;
};

TEST_F(DriversOfALine, RunManyFramesInOrder) {
  build(3);
  for (int round = 0; round < 50; ++round) {
    for (size_t frame = 0; frame < 3; ++frame) add(frame, round + int(frame));
    for (size_t frame = 0; frame < 3; ++frame) {
      EXPECT_EQ(collect(frame).kind, Outcome::Kind::Done);
      EXPECT_EQ(line.output(*frames[frame]), round + int(frame) + 3);
    }
  }
}

TEST_F(DriversOfALine, StopWithoutWork) { build(2); }

TEST_F(DriversOfALine, SkipTheRestOfAFrameThatFailed) {
  build(2);
  line.second.trouble = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
  add(0, 1);
  add(1, 1);
  EXPECT_EQ(collect(0).kind, Outcome::Kind::DeviceFailed);
  EXPECT_EQ(collect(1).kind, Outcome::Kind::DeviceFailed);
}

TEST_F(DriversOfALine, EndFramesThatWereAborted) {
  line.plan.arenas[kInputArena].lifetime = Arena::Lifetime::Interpreter;  // every frame waits for the one before
  line.program = std::make_unique<Program>(line.plan, line.delegates);
  const auto kept = HostBlock::create(64, 64).value();
  const std::vector<const CompiledPartition*> compiled{&line.first, &line.second, &line.third};
  for (int i = 0; i < 2; ++i) {
    frames.emplace_back();
    ASSERT_FALSE(BoundFrame::create(*line.program, compiled, {kept}, {}, frames.back()));
    executions.push_back(std::make_unique<Execution>(*frames.back(), ExecutionRules{}));
  }
  drivers = std::make_unique<Drivers>(*line.program, 2);
  for (size_t frame = 0; frame < 2; ++frame) {
    executions[frame]->begin(frame, TimePoint::max());
    drivers->add(*executions[frame]);
  }
  drivers->awaitOldest();
  drivers->abortAll();  // the second frame still waits for the first one's commit
  drivers->collect();
  drivers->awaitOldest();
  EXPECT_EQ(executions[1]->finish().kind, Outcome::Kind::Cancelled);
  drivers->collect();
}

TEST_F(DriversOfALine, LetAStepThatReadsStateWaitForTheCommitBefore) {
  line.plan.arenas[kInputArena].lifetime = Arena::Lifetime::Interpreter;
  line.plan.commits = {{line.plan.outputs[0], line.plan.inputs[0]}};
  line.program = std::make_unique<Program>(line.plan, line.delegates);
  const auto kept = HostBlock::create(64, 64).value();
  const std::vector<const CompiledPartition*> compiled{&line.first, &line.second, &line.third};
  for (int i = 0; i < 3; ++i) {
    frames.emplace_back();
    ASSERT_FALSE(BoundFrame::create(*line.program, compiled, {kept}, {}, frames.back()));
    executions.push_back(std::make_unique<Execution>(*frames.back(), ExecutionRules{}));
  }
  drivers = std::make_unique<Drivers>(*line.program, 3);
  for (size_t frame = 0; frame < 3; ++frame) {
    executions[frame]->begin(frame, TimePoint::max());
    drivers->add(*executions[frame]);
  }
  for (size_t frame = 0; frame < 3; ++frame) {
    drivers->awaitOldest();
    EXPECT_EQ(executions[frame]->finish().kind, Outcome::Kind::Done);
    frames[frame]->commit();
    drivers->collect();
    EXPECT_EQ(line.output(*frames[frame]), 3 * (int(frame) + 1));
  }
}

}  // namespace
}  // namespace trireme::run
