#include "tests/unit/faults/mixed_plan.h"

// Plans over the CPU and a device with memory of its own.
namespace trireme::faults {
namespace {

TEST(MixedPlan, CopiesFromCpuToFakeToCpuAndGivesTheSameBits) {
  const Fake fake(onFake());
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_EQ((std::map<std::string, size_t>{{"cpu", 3}, {"fake", 4}}),
              support::nodesPerDelegate(interpreter.value()->compiled()));
    EXPECT_GE(support::countSteps<UploadStep>(interpreter.value()->plan()), 2u);
    EXPECT_GE(support::countSteps<DownloadStep>(interpreter.value()->plan()), 2u);
    EXPECT_EQ(0u, support::countSteps<HandoverStep>(interpreter.value()->plan()));
    for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
    EXPECT_EQ(6u, fake.script->calls(Call::Submit));
    EXPECT_TRUE(interpreter.value()->faults().empty());
  }
  expectClean(*fake.script);
}

TEST(MixedPlan, RunsAWholeModelOnTheFake) {
  const Fake fake;
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_EQ(7u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
    for (uint64_t seed : {1, 2}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
    EXPECT_EQ(2u, fake.script->calls(Call::Upload));
    EXPECT_EQ(2u, fake.script->calls(Call::Download));
  }
  expectClean(*fake.script);
}

TEST(MixedPlan, LeavesInputsAsTheyWere) {
  for (const FakeOptions& options : {FakeOptions(), importing()}) {
    FakeOptions all = options;
    all.operators.clear();
    const Fake fake(all);
    const auto model = support::modelOf(sandwich());
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    const Expectation expected = expectation(model, 5);
    ASSERT_EQ("", runAndCheck(*interpreter.value(), expected));
    const auto input = interpreter.value()->frame().input(0);
    ASSERT_TRUE(input.ok());
    EXPECT_TRUE(std::equal(expected.inputs[0].begin(), expected.inputs[0].end(), input.value().bytes.begin()));
    ASSERT_TRUE(interpreter.value()->invoke().ok());
    EXPECT_EQ("", check(support::readOutputs(*interpreter.value(), interpreter.value()->frame()), expected));
  }
}

TEST(MixedPlan, UsesTwoFakesAndTheCpuInOnePlan) {
  FakeOptions first = onFake(), second;
  first.name = "first";
  first.operators = {OpKind::Tanh, OpKind::Add};
  second.name = "second";
  second.operators = {OpKind::Relu};
  const Fake one(first), two(second);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with({&one, &two}));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_EQ((std::map<std::string, size_t>{{"cpu", 3}, {"first", 2}, {"second", 2}}),
              support::nodesPerDelegate(interpreter.value()->compiled()));
    for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
  }
  expectClean(*one.script);
  expectClean(*two.script);
}

TEST(MixedPlan, WorksWithASynchronousFake) {
  FakeOptions options = onFake();
  options.asynchronous = false;
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t seed : {1, 2, 3}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
  }
  expectClean(*fake.script);
}

TEST(MixedPlan, LetsOutputsLieInInputsWhereTheDelegateOffersIt) {
  FakeOptions options = onFake();
  options.offersInPlace = true;
  options.alignment = 256;
  options.memory.alignment = 256;
  const Fake fake(options);
  for (uint64_t seed : {1, 2, 3, 4}) {
    const auto model = support::modelOf(sandwich(seed));
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t input : {1, 2}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, input)));
  }
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

TEST(MixedPlan, KeepsToTheLimitsOfADelegate) {
  FakeOptions options;
  options.limits.maxNodes = 1;
  const Fake single(options);
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(single));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  for (const PlannedPartition& partition : interpreter.value()->plan().partitions) {
    EXPECT_EQ(1u, partition.nodes.size());
  }
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));

  options.limits = {2, UINT32_MAX, 1};
  options.operators = onFake().operators;
  const Fake few(options);
  interpreter = Interpreter::create(model, with(few));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  size_t partitions = 0;
  for (const PlannedPartition& partition : interpreter.value()->plan().partitions) {
    if (partition.delegate != 0) continue;
    ++partitions;
    EXPECT_GE(partition.nodes.size(), 2u);
  }
  EXPECT_EQ(1u, partitions);
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
}

TEST(MixedPlan, GoesToTheCpuWhereMemoryIsTooSmall) {
  for (const size_t limit : {size_t{100}, size_t{400}}) {
    FakeOptions small = onFake();
    small.memory.maxAllocation = limit;
    FakeOptions full = onFake();
    full.totalBytes = limit;
    for (const FakeOptions& options : {small, full}) {
      const Fake fake(options);
      const auto model = support::modelOf(sandwich());
      {
        auto interpreter = Interpreter::create(model, with(fake));
        ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
        EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
        EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 2)));
      }
      expectClean(*fake.script);
    }
  }
}

TEST(MixedPlan, TakesOnlyTheTypesThatADelegateHas) {
  FakeOptions options;
  options.dataTypes = {DataType::Float32};
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ(0u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
}

TEST(MixedPlan, KeepsAnInnerTensorOfTheFakeReadable) {
  const Fake fake(onFake());
  const Graph graph = sandwich();
  const std::string inner = graph.value(graph.nodes()[2].outputs[0]).name;  // of TANH
  const auto model = support::modelOf(graph);
  Options alone;
  alone.preserveTensor(inner);
  Options mixed = with(fake);
  mixed.preserveTensor(inner);
  std::vector<support::Tensors> kept;
  for (const Options& options : {alone, mixed}) {
    auto interpreter = Interpreter::create(model, options);
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 9)));
    const auto tensor = interpreter.value()->frame().tensor(inner);
    ASSERT_TRUE(tensor.ok()) << tensor.status().message();
    kept.push_back({{tensor.value().bytes.begin(), tensor.value().bytes.end()}});
  }
  EXPECT_EQ(kept[0], kept[1]);
}

TEST(MixedPlan, ReadsAndWritesTheCallersOwnMemory) {
  const Fake fake(onFake());
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  Expectation expected = expectation(model, 3);
  std::vector<std::byte> output(expected.outputs[0].size());
  ASSERT_TRUE(interpreter.value()->frame().bindInput(0, expected.inputs[0]).ok());
  ASSERT_TRUE(interpreter.value()->frame().bindOutput(0, output).ok());
  ASSERT_TRUE(interpreter.value()->invoke().ok());
  EXPECT_EQ(expected.outputs[0], output);
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

// relu tanh relu on batches of any size.
Graph anyBatch() {
  graph::Builder builder;
  Value input{"input", support::floats({1, 8}), Shape::create({kUnknownDim, 8}).value(), false, {}, 0};
  ValueId x = builder.addValue(input);
  builder.setInputs({x});
  for (const OpKind op : {OpKind::Relu, OpKind::Tanh, OpKind::Logistic}) {
    const ValueId next = builder.addInner("inner" + std::to_string(index(x)), support::floats({1, 8}));
    builder.addNode({op, 1, NoParams(), {x}, {next}, {}, {}, {}});
    x = next;
  }
  builder.setOutputs({x});
  return std::move(builder).build().value();
}

TEST(MixedPlan, RunsBatchesOfANewSizeOnTheFake) {
  const Fake fake(onFake());
  const auto model = support::modelOf(anyBatch());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  for (const int64_t batch : {5, 2, 5, 1}) {
    const std::vector<InputShape> shapes = {{0, Shape::create({batch, 8}).value()}};
    const Status resized = interpreter.value()->resizeInputs(shapes);
    ASSERT_TRUE(resized.ok()) << resized.message();
    const support::Tensors inputs = support::randomInputs(*interpreter.value(), uint64_t(batch));
    const support::Answer answer = support::invoke(*interpreter.value(), inputs);
    ASSERT_TRUE(answer.status.ok()) << answer.status.message();
    EXPECT_EQ(size_t(batch) * 8 * sizeof(float), answer.outputs[0].size());
  }
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

}  // namespace
}  // namespace trireme::faults
