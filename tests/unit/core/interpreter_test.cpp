#include <cmath>
#include <thread>

#include "tests/unit/core/interpreter_fixture.h"

namespace trireme::core {
namespace {

using testing::HasSubstr;

std::string message(const Status& status) { return std::string(status.message()); }

TEST(Interpreter, RunsOnTheCpuAlone) {
  const auto interpreter = make(threeNodes());
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  EXPECT_FLOAT_EQ(run(*interpreter, -1.0f), 0.0f);
  EXPECT_EQ(interpreter->plan().partitions.size(), 1u);
  EXPECT_TRUE(interpreter->faults().empty());
}

TEST(Interpreter, SplitsTheGraphOverTwoDelegates) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1);
  EXPECT_EQ(interpreter->plan().partitions.size(), 3u);
  EXPECT_EQ(interpreter->compiled().delegates().size(), 2u);
  EXPECT_EQ(interpreter->compiled().weightBytes(0), 1000u);
}

TEST(Interpreter, AnswersForEveryStrategy) {
  const auto plus = std::make_shared<PlusOne>();
  for (const char* strategy : {"optimal", "greedy", "nnapi", "per-op", "single:plus"}) {
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setStrategy(strategy));
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1) << strategy;
    EXPECT_EQ(interpreter->plan().strategy, strategy);
  }
  EXPECT_FLOAT_EQ(run(*make(threeNodes(), Options().addDelegate(plus).setStrategy("single:cpu")), 0.5f),
                  std::tanh(0.5f));
}

TEST(Interpreter, WarnsOnceWhenNoDelegateTakesANode) {
  std::vector<std::string> sentences;
  const auto log = [&](std::string_view sentence) { sentences.emplace_back(sentence); };
  const auto plus = std::make_shared<PlusOne>();
  const auto idle = make(threeNodes(), Options().addDelegate(plus).forbid("RELU", "plus").setLog(log));
  EXPECT_FLOAT_EQ(run(*idle, 0.5f), std::tanh(0.5f));
  const std::array smaller{InputShape{0, Shape::create({1, 4}).value()}};
  ASSERT_TRUE(idle->resizeInputs(smaller).ok()) << "a plan made anew says nothing new";
  EXPECT_THAT(sentences, testing::ElementsAre("no delegate took a node; everything runs on the CPU"));
  const auto busy = make(threeNodes(), Options().addDelegate(plus).setLog(log));
  const auto alone = make(threeNodes(), Options().setLog(log));
  EXPECT_FLOAT_EQ(run(*busy, 0.5f), std::tanh(1.5f) + 1);
  EXPECT_FLOAT_EQ(run(*alone, 0.5f), std::tanh(0.5f));
  EXPECT_EQ(sentences.size(), 1u);
}

TEST(Interpreter, RefusesSettingsThatCannotBe) {
  const auto model = threeNodes();
  const auto plus = std::make_shared<PlusOne>();
  const auto refusal = [&](const Options& options) {
    const Status status = Interpreter::create(model, options).status();
    EXPECT_EQ(status.code(), Code::InvalidArgument);
    return message(status);
  };
  EXPECT_THAT(refusal(Options().setFramesInFlight(0)), HasSubstr("0 frames in flight: 1 to 64"));
  EXPECT_THAT(refusal(Options().setFramesInFlight(65)), HasSubstr("65 frames"));
  EXPECT_THAT(refusal(Options().setStrategy("fastest")), HasSubstr("optimal, greedy, nnapi, per-op, single:NAME"));
  EXPECT_THAT(refusal(Options().setTimeout(std::chrono::seconds(0))), HasSubstr("more than 0"));
  EXPECT_THAT(refusal(Options().setDeviceTimeout(std::chrono::seconds(-1))), HasSubstr("more than 0"));
  EXPECT_THAT(refusal(Options().addDelegate(nullptr)), HasSubstr("delegate 0 is null"));
  EXPECT_THAT(refusal(Options().addDelegate(plus).addDelegate(plus)), HasSubstr("'plus' was added twice"));
  EXPECT_THAT(refusal(Options().setSignature("serving")), HasSubstr("there is no signature 'serving'"));
  EXPECT_THAT(refusal(Options().preserveTensor("nowhere")), HasSubstr("no tensor 'nowhere'"));
  EXPECT_THAT(refusal(Options().resizeInput(3, Shape::create({1, 8}).value())), HasSubstr("the model has 1"));
  EXPECT_THAT(refusal(Options().resizeInput(0, Shape::create({-1, 8}).value())), HasSubstr("not fully known"));
  EXPECT_EQ(Interpreter::create(std::shared_ptr<const Model>()).status().code(), Code::InvalidArgument);
  EXPECT_EQ(Interpreter::create(std::shared_ptr<const CompiledModel>()).status().code(), Code::InvalidArgument);
}

TEST(Interpreter, UsesTheCallersOwnCpuDelegate) {
  const auto cpu = createCpuDelegate({.threads = 1, .precision = {}, .lean = false, .isa = CpuIsa::Scalar}).value();
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(cpu).addDelegate(plus));
  EXPECT_EQ(interpreter->compiled().delegates().back(), cpu) << "the CPU is always last";
  const auto other = createCpuDelegate({.threads = 1, .precision = {}, .lean = false, .isa = CpuIsa::Scalar}).value();
  EXPECT_THAT(message(Interpreter::create(threeNodes(), Options().addDelegate(cpu).addDelegate(other)).status()),
              HasSubstr("two delegates are called 'cpu'"));
}

TEST(Interpreter, RefusesAPlanAboveTheMemoryLimitWithTheNumbers) {
  const auto model = threeNodes(1000);
  const Status status = Interpreter::create(model, Options().setThreads(1).setMemoryLimit(5000)).status();
  EXPECT_EQ(status.code(), Code::OutOfMemory);
  EXPECT_THAT(message(status), HasSubstr("the limit is 5000"));
  EXPECT_TRUE(Interpreter::create(model, Options().setThreads(1).setMemoryLimit(100000)).ok());
  EXPECT_FALSE(Interpreter::create(model, Options().setThreads(1).setFramesInFlight(64).setMemoryLimit(100000)).ok());
}

TEST(Interpreter, KeepsAPreservedTensorReadable) {
  const auto model = threeNodes();
  const Graph& graph = model->subgraphs()[0];
  const std::string inner = graph.value(graph.nodes()[1].outputs[0]).name;
  const std::string input = graph.value(graph.inputs()[0]).name, output = graph.value(graph.outputs()[0]).name;
  const auto plus = std::make_shared<PlusOne>();
  for (const char* strategy : {"greedy", "single:cpu"}) {
    const auto interpreter = make(
        model,
        Options().addDelegate(plus).setStrategy(strategy).preserveTensor(inner).preserveTensor(input).preserveTensor(
            output));
    const float add = interpreter->plan().strategy == "greedy" ? 1.0f : 0.0f;
    run(*interpreter, 0.25f);
    const Frame& frame = interpreter->frame();
    EXPECT_FLOAT_EQ(frame.tensor(inner).value().as<float>().value()[3], std::tanh(0.25f + add));
    EXPECT_FLOAT_EQ(frame.tensor(input).value().as<float>().value()[3], 0.25f);
    EXPECT_FLOAT_EQ(frame.tensor(output).value().as<float>().value()[3], std::tanh(0.25f + add) + add);
    EXPECT_THAT(message(frame.tensor("other").status()), HasSubstr("'other' was not preserved"));
  }
}

TEST(Interpreter, FindsInputsAndOutputsByName) {
  const auto model = threeNodes();
  const auto interpreter = make(model);
  const Graph& graph = model->subgraphs()[0];
  EXPECT_EQ(interpreter->inputIndex(graph.value(graph.inputs()[0]).name).value(), 0);
  EXPECT_EQ(interpreter->outputIndex(graph.value(graph.outputs()[0]).name).value(), 0);
  EXPECT_EQ(interpreter->inputName(0), graph.value(graph.inputs()[0]).name);
  EXPECT_EQ(interpreter->inputName(1), "");
  EXPECT_THAT(message(interpreter->inputIndex("wrong").status()), HasSubstr("there is no input 'wrong'; there are: '"));
  EXPECT_EQ(interpreter->inputType(0).value().shape.text(), "1x8");
  EXPECT_EQ(interpreter->outputType(-1).status().code(), Code::InvalidArgument);
  EXPECT_EQ(interpreter->frame().input(1).status().code(), Code::InvalidArgument);
  EXPECT_EQ(interpreter->frame().output(-1).status().code(), Code::InvalidArgument);
}

TEST(Interpreter, TimesEveryStep) {
  const auto interpreter = make(threeNodes(), Options().setStrategy("per-op"));
  run(*interpreter, 1);
  const FrameTiming& timing = interpreter->frame().lastTimings();
  ASSERT_EQ(timing.steps.size(), interpreter->plan().steps.size());
  EXPECT_LT(timing.begin, timing.end);
  for (const StepTiming& step : timing.steps) EXPECT_LE(step.times.begin, step.times.end);
}

TEST(Interpreter, TimesWhatHappensBesideTheSteps) {
  for (int frames : {1, 3}) {
    const auto interpreter = make(threeNodes(), Options().setFramesInFlight(frames));
    for (int f = 0; f < frames; ++f) ASSERT_TRUE(interpreter->frame(f).submit().wait().ok());
    for (int f = 0; f < frames; ++f) {
      const FrameTiming& timing = interpreter->frame(f).lastTimings();
      EXPECT_LE(timing.begin, timing.started);
      EXPECT_LE(timing.started, timing.filled);
      EXPECT_LE(timing.filled, timing.steps.front().times.begin);
      EXPECT_LE(timing.steps.back().times.end, timing.finished);
      EXPECT_LE(timing.finished, timing.committed);
      EXPECT_LE(timing.committed, timing.end);
    }
  }
}

TEST(Interpreter, CopesWithADelegateThatRefusesToCompile) {
  const auto plus = std::make_shared<PlusOne>();
  plus->onCompile = [] { return Status::error(Code::Unsupported, "not today"); };
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  const Placement& relu = interpreter->compiled().placements()[0];
  ASSERT_EQ(relu.candidates[0].support.reasons().size(), 1u);
  EXPECT_EQ(relu.candidates[0].support.reasons()[0].code, ReasonCode::CompileFailed);
  EXPECT_EQ(relu.candidates[0].support.reasons()[0].detail, "not today");
  EXPECT_THAT(interpreter->explain(), HasSubstr("CompileFailed: not today"));
}

TEST(Interpreter, PinsNodesAndTensors) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus).pin("2", "cpu"));
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f));
  EXPECT_EQ(interpreter->compiled().placements()[2].why, "pinned to cpu");
  EXPECT_EQ(Interpreter::create(threeNodes(), Options().addDelegate(plus).pin("1", "plus")).status().code(),
            Code::InvalidArgument);
}

TEST(CompiledModel, ServesManyInterpretersInManyThreads) {
  const auto plus = std::make_shared<PlusOne>();
  plus->maxBound = 1;
  {
    const auto compiled = CompiledModel::create(threeNodes(), Options().addDelegate(plus).setThreads(2)).value();
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&compiled, t] {
        const auto interpreter = Interpreter::create(compiled).value();
        for (int round = 0; round < 30; ++round) {
          const float value = float(t) / 10 + float(round) / 100;
          EXPECT_FLOAT_EQ(run(*interpreter, value), std::tanh(value + 1) + 1);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(plus->bound, 0);
  EXPECT_EQ(plus->compiled, 0);
}

TEST(Interpreter, EndsAFrameWhoseTimeIsOverAndGoesOn) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setTimeout(std::chrono::milliseconds(100)));
  plus->onSubmit = [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    return Event();
  };
  EXPECT_EQ(interpreter->invoke().code(), Code::DeadlineExceeded);
  plus->onSubmit = nullptr;
  EXPECT_TRUE(interpreter->invoke().ok());
  EXPECT_TRUE(interpreter->faults().empty()) << "the device was only slow";
}

// A sink that interrupts the frame when the first call of a partition has ended.
class AfterTheFirstCall final : public TraceSink {
 public:
  void record(const TraceSpan& span) noexcept override {
    if (span.kind == SpanKind::Node && ++calls == 1) interrupt();
  }
  int calls = 0;
  std::function<void()> interrupt = [] {};
};

TEST(Interpreter, EndsALongPartitionBetweenItsCalls) {
  AfterTheFirstCall sink;
  const auto interpreter = make(threeNodes(), Options().setTrace(&sink).setTimeout(std::chrono::milliseconds(200)));
  sink.interrupt = [&] { interpreter->cancel(); };
  EXPECT_EQ(interpreter->invoke().code(), Code::Cancelled);
  EXPECT_EQ(sink.calls, 1);
  sink.calls = 0;
  sink.interrupt = [] { std::this_thread::sleep_for(std::chrono::milliseconds(250)); };
  EXPECT_EQ(interpreter->invoke().code(), Code::DeadlineExceeded);
  EXPECT_EQ(sink.calls, 1);
  sink.interrupt = [] {};
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  EXPECT_TRUE(interpreter->faults().empty()) << "no device failed";
}

TEST(Interpreter, EndsCancelledFramesAndGoesOn) {
  const auto plus = std::make_shared<PlusOne>();
  for (int frames : {1, 3}) {
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setFramesInFlight(frames));
    plus->onSubmit = [&] {
      interpreter->cancel();
      return Event();
    };
    std::vector<Event> events;
    for (int f = 0; f < frames; ++f) events.push_back(interpreter->frame(f).submit());
    for (const Event& event : events) EXPECT_EQ(event.wait().code(), Code::Cancelled);
    plus->onSubmit = nullptr;
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1);
    interpreter->cancel();
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1) << "nothing was in flight";
  }
}

TEST(Interpreter, RunsADelegateThatFailedNoMore) {
  for (int frames : {1, 2}) {
    const auto plus = std::make_shared<PlusOne>();
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setFramesInFlight(frames));
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1);
    plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "it fell out")); };
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f)) << "the frame was run again without it";
    plus->onSubmit = nullptr;
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
    ASSERT_EQ(interpreter->faults().size(), 1u);
    const Fault& fault = interpreter->faults()[0];
    EXPECT_EQ(fault.frame, 1u);
    EXPECT_EQ(fault.step, 0u);
    EXPECT_EQ(fault.partition, 0u);
    EXPECT_EQ(fault.delegate, "plus");
    EXPECT_TRUE(fault.ranAgain);
    EXPECT_THAT(fault.ranOn, testing::ElementsAre("cpu"));
    EXPECT_EQ(plus->bound, 0);
  }
}

TEST(Interpreter, FailsStrictlyAndGoesOn) {
  for (int frames : {1, 2}) {
    const auto plus = std::make_shared<PlusOne>();
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setStrict(true).setFramesInFlight(frames));
    plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "it fell out")); };
    const Status status = interpreter->invoke();
    EXPECT_EQ(status.code(), Code::DeviceLost);
    EXPECT_THAT(message(status), HasSubstr("on 'plus': it fell out"));
    ASSERT_EQ(interpreter->faults().size(), 1u);
    EXPECT_FALSE(interpreter->faults()[0].ranAgain);
    plus->onSubmit = nullptr;
    EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1);
  }
}

TEST(Interpreter, DropsADelegateThatCannotBind) {
  const auto plus = std::make_shared<PlusOne>();
  plus->onBind = [] { return Status::error(Code::OutOfMemory, "no room"); };
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  ASSERT_EQ(interpreter->faults().size(), 1u);
  EXPECT_EQ(interpreter->faults()[0].step, kNoStep);
  EXPECT_EQ(
      Interpreter::create(threeNodes(), Options().setThreads(1).addDelegate(plus).setStrict(true)).status().code(),
      Code::OutOfMemory);
}

TEST(Interpreter, SurvivesSeveralFaultsInOneFrame) {
  const auto one = std::make_shared<PlusOne>("one"), two = std::make_shared<PlusOne>("two");
  const auto lost = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
  one->onSubmit = two->onSubmit = lost;
  const auto interpreter = make(threeNodes(), Options().addDelegate(one).addDelegate(two));
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  ASSERT_EQ(interpreter->faults().size(), 2u);
  EXPECT_THAT(interpreter->faults()[0].ranOn, testing::ElementsAre("two", "cpu"));
  EXPECT_THAT(interpreter->faults()[1].ranOn, testing::ElementsAre("cpu"));
}

// Whoever fills one frame is not disturbed by what another frame's failure does to the plan.
TEST(Frame, MayBeFilledWhileAnotherOneFails) {
  for (int round = 0; round < 20; ++round) {
    const auto plus = std::make_shared<PlusOne>();
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setFramesInFlight(2));
    fill(interpreter->frame(1), 0, 0.125f);
    ASSERT_TRUE(interpreter->frame(1).submit().wait().ok());
    plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
    fill(interpreter->frame(0), 0, 0.5f);
    const Event event = interpreter->frame(0).submit();
    EXPECT_FLOAT_EQ(first(interpreter->frame(1)), std::tanh(1.125f) + 1) << "what it had computed stays";
    EXPECT_EQ(interpreter->frame(1).lastTimings().steps.size(), 3u);
    fill(interpreter->frame(1), 0, 0.25f);
    const Event other = interpreter->frame(1).submit();
    ASSERT_TRUE(event.wait().ok());
    ASSERT_TRUE(other.wait().ok());
    EXPECT_FLOAT_EQ(first(interpreter->frame(0)), std::tanh(0.5f));
    EXPECT_FLOAT_EQ(first(interpreter->frame(1)), std::tanh(0.25f));
  }
}

TEST(Frame, IsRefusedWhileItIsInFlight) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setFramesInFlight(2));
  std::atomic<bool> go{false};
  plus->onSubmit = [&] {
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Event();
  };
  const Event event = interpreter->frame().submit();
  std::vector<std::byte> memory(32);
  EXPECT_EQ(interpreter->frame().submit().wait().code(), Code::InvalidArgument);
  EXPECT_EQ(interpreter->frame(1).bindInput(0, memory).code(), Code::InvalidArgument);
  EXPECT_EQ(interpreter->resizeInputs({}).code(), Code::InvalidArgument);
  EXPECT_EQ(interpreter->resetState().code(), Code::InvalidArgument);
  go = true;
  EXPECT_TRUE(event.wait().ok());
  EXPECT_TRUE(interpreter->frame(1).bindInput(0, memory).ok());
}

}  // namespace
}  // namespace trireme::core
