#include "core/run/frame_memory.h"

#include <gmock/gmock.h>

#include <array>

#include "tests/unit/core/run/manual_device.h"

namespace trireme::run {
namespace {

using testing::HasSubstr;

SetupFailure failureOf(Line& line) {
  std::unique_ptr<BoundFrame> frame;
  const auto failure = line.make(frame);
  EXPECT_TRUE(failure);
  return failure ? *failure : SetupFailure{};
}

TEST(FrameMemory, NamesTheDelegateThatGivesNoBuffer) {
  Line line;
  line.device.givesNull = true;
  const SetupFailure failure = failureOf(line);
  EXPECT_EQ(failure.delegate, 0u);
  EXPECT_THAT(std::string(failure.status.message()), HasSubstr("no buffer and no reason"));
}

TEST(FrameMemory, NamesTheDelegateThatGivesLessThanAsked) {
  Line line;
  line.device.shortBy = 1;
  EXPECT_THAT(std::string(failureOf(line).status.message()), HasSubstr("a buffer of 127 bytes for 128"));
}

TEST(FrameMemory, NamesTheDelegateThatThrows) {
  Line line;
  line.device.throws = true;
  EXPECT_THAT(std::string(failureOf(line).status.message()), HasSubstr("allocating threw: no memory today"));
}

TEST(BoundFrame, NamesThePartitionThatCannotBeBound) {
  Line line;
  line.second.bindTrouble = []() -> Result<std::unique_ptr<BoundPartition>> {
    return Status::error(Code::OutOfMemory, "no descriptors left");
  };
  const SetupFailure failure = failureOf(line);
  EXPECT_EQ(failure.delegate, 0u);
  EXPECT_EQ(failure.partition, 1u);
  EXPECT_EQ(failure.status.code(), Code::OutOfMemory);
}

TEST(BoundFrame, TakesNoPartitionAndNoReasonForAFailure) {
  Line line;
  line.first.bindTrouble = [] { return Result<std::unique_ptr<BoundPartition>>(std::unique_ptr<BoundPartition>()); };
  EXPECT_EQ(failureOf(line).delegate, 1u);
}

TEST(FrameMemory, UsesTheCallersMemoryWhereItIsLent) {
  Line line;
  alignas(64) std::array<std::byte, 16> in{}, out{};
  in.fill(std::byte(40));
  std::unique_ptr<BoundFrame> frame;
  ASSERT_FALSE(line.make(frame, {{line.plan.inputs[0], in}, {line.plan.outputs[0], out}}));
  Execution execution(*frame, {});
  execution.begin(0, TimePoint::max());
  EXPECT_EQ(execution.runAll().kind, Outcome::Kind::Done);
  EXPECT_EQ(out[0], std::byte(43));
  EXPECT_EQ(in[0], std::byte(40)) << "inputs are not changed";
}

TEST(HostBlock, IsZeroedAndAligned) {
  const auto block = HostBlock::create(100, 4096).value();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(block->bytes().data()) % 4096, 0u);
  for (std::byte one : block->bytes()) EXPECT_EQ(one, std::byte(0));
  EXPECT_EQ(HostBlock::create(SIZE_MAX / 2, 64).status().code(), Code::OutOfMemory);
}

TEST(BoundFrame, CommitsStateOnTheHost) {
  Line line;
  line.plan.arenas.push_back({Arena::Home::Host, Arena::Lifetime::Interpreter, {}, 64, 64});
  line.plan.commits = {{line.plan.outputs[0], {4, 0, 16}}, {{4, 0, 16}, {4, 0, 16}}};
  const auto state = HostBlock::create(64, 64).value();
  std::unique_ptr<BoundFrame> frame;
  const std::vector<const CompiledPartition*> compiled{&line.first, &line.second, &line.third};
  ASSERT_FALSE(BoundFrame::create(*line.program, compiled, {nullptr, nullptr, nullptr, nullptr, state}, {}, frame));
  line.setInput(*frame, 1);
  Execution execution(*frame, {});
  execution.begin(0, TimePoint::max());
  EXPECT_EQ(execution.runAll().kind, Outcome::Kind::Done);
  EXPECT_EQ(state->bytes()[0], std::byte(0)) << "not before the commit";
  frame->commit();
  EXPECT_EQ(state->bytes()[0], std::byte(4));
}

}  // namespace
}  // namespace trireme::run
