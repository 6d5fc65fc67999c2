#include "tests/unit/faults/mixed_plan.h"

// A device that imports host memory: hand-overs instead of copies.
namespace trireme::faults {
namespace {

TEST(ImportedMemory, TakesNoCopies) {
  for (const size_t alignment : {size_t{64}, size_t{4096}}) {
    const Fake fake(importing(alignment));
    const auto model = support::modelOf(sandwich());
    {
      auto interpreter = Interpreter::create(model, with(fake));
      ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
      EXPECT_EQ(4u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
      for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
      EXPECT_EQ(0u, support::countSteps<UploadStep>(interpreter.value()->plan()));
      EXPECT_EQ(0u, support::countSteps<DownloadStep>(interpreter.value()->plan()));
      EXPECT_GT(support::countSteps<HandoverStep>(interpreter.value()->plan()), 0u);
    }
    EXPECT_EQ(0u, fake.script->calls(Call::Upload));
    EXPECT_EQ(0u, fake.script->calls(Call::Download));
    EXPECT_GT(fake.script->calls(Call::Import), 0u);
    EXPECT_GT(fake.script->calls(Call::Acquire), 0u);
    EXPECT_GT(fake.script->calls(Call::Release), 0u);
    expectClean(*fake.script);
  }
}

TEST(ImportedMemory, IsHandedFromOneFakeToAnother) {
  FakeOptions first = importing(), second = importing(256);
  first.name = "first";
  first.operators = {OpKind::Tanh, OpKind::Add};
  second.name = "second";
  second.operators = {OpKind::Relu};
  const Fake one(first), two(second);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with({&one, &two}));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
  }
  for (const Fake* fake : {&one, &two}) {
    EXPECT_EQ(0u, fake->script->calls(Call::Upload));
    EXPECT_EQ(0u, fake->script->calls(Call::Download));
    expectClean(*fake->script);
  }
}

TEST(ImportedMemory, MixesWithADeviceThatOnlyCopies) {
  FakeOptions first = importing(), second;
  first.name = "first";
  first.operators = {OpKind::Tanh, OpKind::Add};
  second.name = "second";
  second.operators = {OpKind::Relu};
  const Fake one(first), two(second);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with({&one, &two}));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
  }
  EXPECT_EQ(0u, one.script->calls(Call::Upload) + one.script->calls(Call::Download));
  EXPECT_GT(two.script->calls(Call::Upload), 0u);
  expectClean(*one.script);
  expectClean(*two.script);
}

TEST(ImportedMemory, WorksWithFramesInFlight) {
  const Fake fake(importing());
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake).setFramesInFlight(2));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t round = 0; round < 4; ++round) {
      std::vector<Expectation> expected;
      std::vector<Event> events;
      for (int f = 0; f < 2; ++f) {
        expected.push_back(expectation(model, round * 2 + uint64_t(f)));
        ASSERT_TRUE(support::setInputs(interpreter.value()->frame(f), expected.back().inputs).ok());
        events.push_back(interpreter.value()->frame(f).submit());
      }
      for (int f = 0; f < 2; ++f) {
        ASSERT_TRUE(events[size_t(f)].wait().ok());
        EXPECT_EQ(
            "", check(support::readOutputs(*interpreter.value(), interpreter.value()->frame(f)), expected[size_t(f)]));
      }
    }
  }
  EXPECT_EQ(0u, fake.script->calls(Call::Upload));
  expectClean(*fake.script);
}

TEST(ImportedMemory, FallsBackToCopiesWhereOnlyImportIsTooLarge) {
  FakeOptions options = importing();
  options.memory.maxAllocation = 4096;
  const Fake fake(options);
  support::Net net(4, DataType::Int8);
  // The CPU's part needs far more memory than the fake may touch at once; the fake's part is small.
  const ValueId x = net.input({1, 32, 32, 4});
  const ValueId small = net.conv(net.conv(x, 16), 1, 3, 4);
  const auto model = support::modelOf(net.build({net.maxPool(net.relu(small))}));
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ(1u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

}  // namespace
}  // namespace trireme::faults
