#include "core/compile.h"
#include "core/graph/builder.h"
#include "tests/support/fake_delegate.h"
#include "tests/unit/core/interpreter_fixture.h"

// State lives with the interpreter and changes only with a frame that succeeded.
namespace trireme::core {
namespace {

void add(graph::Builder& builder, OpKind op, OpParams params, std::vector<ValueId> inputs, ValueId output) {
  Node node;
  node.op = op;
  node.params = std::move(params);
  node.inputs = std::move(inputs);
  node.outputs = {output};
  builder.addNode(std::move(node));
}

// sum = relu(x) + kept; kept becomes sum; the outputs are sum and what was kept before.
Graph accumulator(std::span<const std::byte> initial) {
  graph::Builder builder;
  const TensorType type{DataType::Float32, Shape::create({4}).value(), {}};
  const ValueId x = builder.addInput("x", type), kept = builder.addInner("kept", type);
  const ValueId relu = builder.addInner("relu", type), sum = builder.addInner("sum", type);
  add(builder, OpKind::Relu, NoParams{}, {x}, relu);
  add(builder, OpKind::Add, AddParams{}, {relu, kept}, sum);
  builder.addState({kept, sum, initial});
  builder.setOutputs({sum, kept});
  auto built = std::move(builder).build();
  EXPECT_TRUE(built.ok()) << built.status().message();
  return std::move(built).value();
}

// The interpreter of a graph that no file was needed for. The graph outlives it.
std::unique_ptr<Interpreter> interpreterOf(const Graph& graph, Options options) {
  CompileRequest request;
  request.settings = options.setThreads(1).settings();
  request.chosen = {&graph, {"x"}, {"sum", "kept"}};
  request.delegates = completeDelegates(request.settings).value();
  auto compiled = compileModel(std::move(request));
  EXPECT_TRUE(compiled.ok()) << compiled.status().message();
  auto made = Interpreter::create(std::move(compiled).value());
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(made).value();
}

TEST(State, IsKeptFromFrameToFrameAndReset) {
  const Graph graph = accumulator({});
  const auto interpreter = interpreterOf(graph, {});
  for (int i = 1; i <= 4; ++i) {
    EXPECT_EQ(run(*interpreter, 2), float(2 * i));
    EXPECT_EQ(first(interpreter->frame(), 1), float(2 * (i - 1))) << "an output that is the old state";
  }
  ASSERT_TRUE(interpreter->resetState().ok());
  EXPECT_EQ(run(*interpreter, 3), 3);
}

TEST(State, StartsAsTheModelSays) {
  const std::vector<float> ten(4, 10);
  const Graph graph = accumulator(std::as_bytes(std::span(ten)));
  const auto interpreter = interpreterOf(graph, {});
  EXPECT_EQ(run(*interpreter, 2), 12);
  EXPECT_EQ(run(*interpreter, 2), 14);
  ASSERT_TRUE(interpreter->resetState().ok());
  EXPECT_EQ(run(*interpreter, 2), 12);
}

TEST(State, BelongsToOneInterpreter) {
  const Graph graph = accumulator({});
  const auto one = interpreterOf(graph, {}), two = interpreterOf(graph, {});
  run(*one, 5);
  EXPECT_EQ(run(*two, 1), 1);
}

TEST(State, IsCommittedInTheOrderOfFrames) {
  const Graph graph = accumulator({});
  const auto interpreter = interpreterOf(graph, Options().setFramesInFlight(4));
  float sum = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Event> events;
    for (int f = 0; f < 4; ++f) {
      fill(interpreter->frame(f), 0, float(f + 1));
      events.push_back(interpreter->frame(f).submit());
    }
    for (int f = 0; f < 4; ++f) {
      ASSERT_TRUE(events[size_t(f)].wait().ok());
      sum += float(f + 1);
      EXPECT_EQ(first(interpreter->frame(f)), sum);
    }
  }
}

// The device computes the sum, then dies: the frame runs again from the state as it was.
TEST(State, IsUntouchedByAFrameThatFailed) {
  for (const size_t importAlignment : {size_t(0), size_t(64)}) {
    for (const int frames : {1, 2}) {
      for (const fake::How how : {fake::How::Fail, fake::How::FailLater, fake::How::Hang}) {
        fake::FakeOptions fakeOptions;
        fakeOptions.operators = {OpKind::Add};
        fakeOptions.memory.importAlignment = importAlignment;
        const fake::Fake device(fakeOptions);
        device.script->plan({fake::Call::Submit, 3, how});
        const Graph graph = accumulator({});
        {
          const auto interpreter = interpreterOf(graph, Options()
                                                            .addDelegate(device.delegate)
                                                            .setStrategy("greedy")
                                                            .setFramesInFlight(frames)
                                                            .setDeviceTimeout(std::chrono::milliseconds(60)));
          for (int i = 1; i <= 5; ++i) EXPECT_EQ(run(*interpreter, 1), float(i));
          EXPECT_EQ(interpreter->faults().size(), 1u);
        }
        device.script->wake();
        EXPECT_THAT(device.script->violations(), testing::IsEmpty());
      }
    }
  }
}

}  // namespace
}  // namespace trireme::core
