#include <algorithm>

#include "core/graph/work.h"
#include "delegates/emulated/cost_model.h"
#include "tests/support/fake_delegate.h"
#include "tests/unit/delegates/emulated/emulated_run.h"

// Plans over emulated devices: the answer, the times, the memory.
namespace trireme::emulated {
namespace {

using support::Answer;

TEST(EmulatedDevice, GivesTheCpusBitsUnderEveryStrategyAndMode) {
  for (const DataType dtype : {DataType::Float32, DataType::Int8}) {
    const auto model = support::modelOf(sandwich(dtype));
    const Answer wanted = onCpu(model, 5);
    for (const std::string& rows : {kSome, kMore}) {
      for (const char* strategy : {"greedy", "per-op", "single:emulated:mine"}) {
        for (const auto mode : {EmulationMode::Functional, EmulationMode::Paced, EmulationMode::Native}) {
          SCOPED_TRACE(std::string(dataTypeName(dtype)) + " " + strategy);
          const auto interpreter = interpreterOf(model, with({device(profileWith(rows), mode)}).setStrategy(strategy));
          EXPECT_GE(support::nodesPerDelegate(interpreter->compiled())["emulated:mine"], 4u);
          const auto inputs = support::randomInputs(*interpreter, 5);
          EXPECT_EQ("", compare(wanted, support::invoke(*interpreter, inputs)));
          EXPECT_EQ("", compare(wanted, support::invoke(*interpreter, inputs)));
          EXPECT_TRUE(interpreter->faults().empty());
        }
      }
    }
  }
}

// The closed form: what the profile of the tests says, written down once more.
double closedForm(const Graph& graph, std::span<const NodeId> nodes) {
  double sum = 100e-6;
  for (const NodeId node : nodes) {
    const graph::Work work = graph::nodeWork(graph, node);
    sum += std::max(double(work.operations) / 2 / 1e9, double(work.bytes) / 1e9) + 10e-6;
  }
  return sum;
}

TEST(EmulatedDevice, ModelsThePlannersOwnPricesAndTheClosedForm) {
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const auto interpreter = interpreterOf(model, with({device(profileWith(kMore))}));
  ASSERT_TRUE(support::invoke(*interpreter, support::randomInputs(*interpreter, 5)).status.ok());
  const ExecutionPlan& plan = interpreter->plan();
  size_t checked = 0;
  for (const StepTiming& timing : interpreter->frame().lastTimings().steps) {
    const Step& step = plan.steps[timing.step];
    if (step.delegate != 0) continue;
    EXPECT_NEAR(step.predicted.seconds, seconds(timing), 3e-9);
    EXPECT_TRUE(timing.times.deviceClock);
    if (const auto* run = std::get_if<RunStep>(&step.action)) {
      EXPECT_NEAR(closedForm(interpreter->compiled().graph(), plan.partitions[run->partition].nodes), seconds(timing),
                  3e-9);
    } else {
      EXPECT_NEAR(50e-6 + double(timing.bytes) / 1e8, seconds(timing), 3e-9);
    }
    ++checked;
  }
  EXPECT_EQ(3u, checked);  // up, run, down
}

TEST(EmulatedDevice, PricesDepthwiseByItsOwnRateAndAllTypesByTheirs) {
  support::Net net(1);
  const ValueId x = net.input({1, 8, 8, 16});
  const Graph graph = net.build({net.depthwise(net.conv(x, 16))});
  const Profile profile = profileWith(R"({"ops": ["CONV_2D", "DEPTHWISE_CONV_2D"], "types": ["float32", "int8"]})");
  const auto macs = [&](uint32_t node) { return double(graph::nodeWork(graph, NodeId{node}).macs); };
  EXPECT_DOUBLE_EQ(macs(0) / 1e9, nodeCost(profile, graph, NodeId{0}).arithmetic);
  EXPECT_DOUBLE_EQ(macs(1) / 5e8, nodeCost(profile, graph, NodeId{1}).arithmetic);
  support::Net small(1, DataType::Int8);
  const ValueId y = small.input({1, 8, 8, 16});
  const Graph codes = small.build({small.conv(y, 16)});
  EXPECT_DOUBLE_EQ(macs(0) / 4e9, nodeCost(profile, codes, NodeId{0}).arithmetic);
  const Profile counted = profileWith(kMore, R"(, "energy": {"mac_pj": {"float32": 2}, "byte_pj": 3, "static_mw": 5})");
  const NodeCost cost = nodeCost(counted, graph, NodeId{0});
  const double bytes = double(graph::nodeWork(graph, NodeId{0}).bytes);
  EXPECT_NEAR(macs(0) * 2e-12 + bytes * 3e-12 + cost.seconds() * 5e-3, cost.joules, 1e-15);
}

TEST(EmulatedDevice, TakesAtLeastTheModelledTimeWhenPaced) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto interpreter = interpreterOf(model, with({device(profileWith(kSome), EmulationMode::Paced)}));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(support::invoke(*interpreter, support::randomInputs(*interpreter, 5)).status.ok());
    const FrameTiming& frame = interpreter->frame().lastTimings();
    double sum = 0;
    for (const StepTiming& timing : frame.steps) {
      const Step& step = interpreter->plan().steps[timing.step];
      if (step.delegate != 0) continue;
      EXPECT_GE(seconds(timing), step.predicted.seconds - 2e-9);
      EXPECT_FALSE(timing.times.deviceClock);
      sum += step.predicted.seconds;
    }
    EXPECT_GT(sum, 4e-4);
    EXPECT_GE(std::chrono::duration<double>(frame.end - frame.begin).count(), sum);
  }
}

TEST(EmulatedDevice, SaysWhatItsTimesAreAndWhereItsNumbersComeFrom) {
  const Profile profile = profileWith(kSome);
  const auto functional = device(profile), paced = device(profile, EmulationMode::Paced),
             native = device(profile, EmulationMode::Native);
  EXPECT_EQ(TimeLabel::Modelled, functional->info().label);
  EXPECT_EQ(TimeLabel::Paced, paced->info().label);
  EXPECT_EQ(TimeLabel::Measured, native->info().label);
  EXPECT_EQ("A test's device, emulated over cpu, times modelled", functional->info().device);
  EXPECT_TRUE(paced->info().asynchronous);
  const auto compiled = CompiledModel::create(support::modelOf(sandwich(DataType::Int8)), with({functional}));
  ASSERT_TRUE(compiled.ok());
  const std::string text = compiled.value()->explain();
  EXPECT_NE(std::string::npos, text.find("times modelled")) << text;
  EXPECT_NE(std::string::npos, text.find("CONV_2D is not among the operators of mine")) << text;
  std::string kernels;
  for (uint32_t p = 0; p < compiled.value()->plan().partitions.size(); ++p) {
    for (const CallInfo& call : compiled.value()->calls(p)) kernels += call.why + "\n";
  }
  EXPECT_NE(std::string::npos, kernels.find("modelled 10.5 us")) << kernels;
}

TEST(EmulatedDevice, AsksTheDelegateThatItWrapsToo) {
  fake::FakeOptions options;
  options.operators = {OpKind::Relu, OpKind::Add};
  const fake::Fake fake(options);
  const auto delegate = device(profileWith(kSome), EmulationMode::Functional, fake.delegate);
  const auto compiled = CompiledModel::create(support::modelOf(sandwich(DataType::Int8)), with({delegate}));
  ASSERT_TRUE(compiled.ok());
  const auto& placements = compiled.value()->placements();
  const auto tanh =
      std::find_if(placements.begin(), placements.end(), [](const Placement& one) { return one.op == OpKind::Tanh; });
  ASSERT_EQ(1u, tanh->candidates[0].support.reasons().size());
  EXPECT_EQ("fake, which it wraps: TANH is not among its operators", tanh->candidates[0].support.reasons()[0].detail);
  const auto conv = placements[0].candidates[0].support.reasons();
  EXPECT_EQ(2u, conv.size());  // the profile's and the wrapped delegate's
  const Graph& graph = compiled.value()->graph();
  const std::vector<Support> answers = delegate->query(graph);
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    EXPECT_EQ(answers[i].reasons().size(), delegate->supports(graph, NodeId{i}).reasons().size());
  }
}

TEST(EmulatedDevice, StandsBeforeADeviceWithMemoryAndAThreadOfItsOwn) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const Answer wanted = onCpu(model, 9);
  for (const auto mode : {EmulationMode::Functional, EmulationMode::Paced, EmulationMode::Native}) {
    const fake::Fake fake;
    {
      const auto interpreter =
          interpreterOf(model, with({device(profileWith(kSome), mode, fake.delegate)}).setFramesInFlight(2));
      for (int frame = 0; frame < 2; ++frame) {
        const auto inputs = support::randomInputs(*interpreter, 9);
        ASSERT_TRUE(support::setInputs(interpreter->frame(frame), inputs).ok());
      }
      const Event first = interpreter->frame(0).submit(), second = interpreter->frame(1).submit();
      EXPECT_TRUE(first.wait().ok());
      EXPECT_TRUE(second.wait().ok());
      EXPECT_EQ("", compare(wanted, support::readOutputs(*interpreter, interpreter->frame(0))));
      EXPECT_EQ("", compare(wanted, support::readOutputs(*interpreter, interpreter->frame(1))));
    }
    EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
    EXPECT_EQ(0, fake.script->buffers);
  }
}

TEST(EmulatedDevice, WorksTwiceInOnePlan) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto first = device(profileWith(kSome), EmulationMode::Functional, nullptr, "emulated:a");
  const auto second =
      device(profileWith(R"({"ops": ["CONV_2D"], "types": ["int8"]})"), EmulationMode::Paced, nullptr, "emulated:b");
  const auto interpreter = interpreterOf(model, with({first, second}));
  auto nodes = support::nodesPerDelegate(interpreter->compiled());
  EXPECT_EQ(4u, nodes["emulated:a"]);
  EXPECT_EQ(2u, nodes["emulated:b"]);
  EXPECT_EQ("", compare(onCpu(model, 3), support::invoke(*interpreter, support::randomInputs(*interpreter, 3))));
}

TEST(EmulatedDevice, HidesItsMemoryUnlessItIsShared) {
  const auto hidden = device(profileWith(kSome));
  EXPECT_FALSE(hidden->device().memory().hostVisible);
  EXPECT_EQ(0u, hidden->device().memory().importAlignment);
  const auto buffer = hidden->device().allocate(64);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(nullptr, buffer.value()->host());
  std::vector<std::byte> bytes(64);
  EXPECT_EQ(Code::Unsupported, hidden->device().import(bytes).status().code());

  const auto shared = device(profileWith(kSome, R"(, "memory": {"shared": true})"));
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto interpreter = interpreterOf(model, with({shared}));
  EXPECT_GT(support::countSteps<HandoverStep>(interpreter->plan()), 0u);
  EXPECT_EQ(0u, support::countSteps<DownloadStep>(interpreter->plan()));
  EXPECT_EQ("", compare(onCpu(model, 3), support::invoke(*interpreter, support::randomInputs(*interpreter, 3))));
  for (const StepTiming& timing : interpreter->frame().lastTimings().steps) {
    const Step& step = interpreter->plan().steps[timing.step];
    if (!std::holds_alternative<HandoverStep>(step.action)) continue;
    EXPECT_NEAR(50e-6, seconds(timing), 3e-9);
  }
}

TEST(EmulatedDevice, RefusesMemoryOfAnotherDevice) {
  const auto mine = device(profileWith(kSome)), other = device(profileWith(kSome));
  auto buffer = other->device().allocate(64);
  ASSERT_TRUE(buffer.ok());
  std::vector<std::byte> bytes(64);
  EXPECT_EQ(Code::InvalidArgument, mine->device().upload(bytes, {buffer.value().get(), 0, 64}).wait().code());
}

TEST(EmulatedDevice, HasAsMuchMemoryAsTheProfileSays) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto small = device(profileWith(kSome, R"(, "memory": {"bytes": 1000})"));
  auto first = small->device().allocate(900);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ("the profile has 1000 bytes of memory, 900 are taken, 101 are asked for",
            small->device().allocate(101).status().message());
  first.value().reset();
  EXPECT_TRUE(small->device().allocate(1000).ok());
  const auto interpreter = interpreterOf(model, with({device(profileWith(kSome, R"(, "memory": {"bytes": 300})"))}));
  EXPECT_EQ("", compare(onCpu(model, 3), support::invoke(*interpreter, support::randomInputs(*interpreter, 3))));
}

TEST(EmulatedDevice, HandsItsLimitsToThePlanner) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto nodes = [&](const std::string& limits) {
    const auto compiled =
        CompiledModel::create(model, with({device(profileWith(kSome, R"(, "limits": {)" + limits + "}"))}));
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    return support::nodesPerDelegate(*compiled.value())["emulated:mine"];
  };
  EXPECT_EQ(4u, nodes(R"("max_rank": 4)"));
  EXPECT_EQ(2u, nodes(R"("max_partitions": 1)"));
  EXPECT_EQ(0u, nodes(R"("min_nodes": 3)"));
}

TEST(EmulatedDevice, RecordsItsNodesOnTheModelsClock) {
  struct Sink final : TraceSink {
    void record(const TraceSpan& span) noexcept override {
      if (span.kind == SpanKind::Node && span.track == 1) sum += double(span.endNs - span.beginNs) * 1e-9;
    }
    std::atomic<double> sum{0};
  } sink;
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const auto interpreter = interpreterOf(model, with({device(profileWith(kMore))}).setTrace(&sink));
  ASSERT_TRUE(support::invoke(*interpreter, support::randomInputs(*interpreter, 5)).status.ok());
  const PlannedPartition& partition = interpreter->plan().partitions[0];
  EXPECT_NEAR(partition.predicted.seconds - 100e-6, sink.sum, 50e-9);
}

TEST(EmulatedFaults, EndInANewPlanAndTheRightAnswer) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const Answer wanted = onCpu(model, 3);
  const std::pair<const char*, const char*> faults[] = {{R"("fail_submit": 1)", "the profile lets submission 1 fail"},
                                                        {R"("fail_submit": 3)", "the profile lets submission 3 fail"},
                                                        {R"("fail_copy": 2)", "the profile lets copy 2 fail"}};
  for (const auto& [fault, sentence] : faults) {
    for (const auto mode : {EmulationMode::Functional, EmulationMode::Paced, EmulationMode::Native}) {
      SCOPED_TRACE(fault);
      const auto interpreter =
          interpreterOf(model, with({device(profileWith(kSome, R"(, "faults": {)" + std::string(fault) + "}"), mode)}));
      for (int i = 0; i < 3; ++i) {
        EXPECT_EQ("", compare(wanted, support::invoke(*interpreter, support::randomInputs(*interpreter, 3))));
      }
      ASSERT_EQ(1u, interpreter->faults().size());
      EXPECT_TRUE(interpreter->faults()[0].ranAgain);
      EXPECT_NE(std::string::npos, interpreter->faults()[0].status.message().find(sentence));
      EXPECT_EQ(0u, support::nodesPerDelegate(interpreter->compiled())["emulated:mine"]);
    }
  }
}

TEST(EmulatedFaults, OfCompilingBecomeAReason) {
  const auto delegate = device(profileWith(kSome, R"(, "faults": {"fail_compile": 1})"));
  const auto compiled = CompiledModel::create(support::modelOf(sandwich(DataType::Int8)), with({delegate}));
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  EXPECT_EQ(2u, support::nodesPerDelegate(*compiled.value())["emulated:mine"]);
  EXPECT_NE(std::string::npos, compiled.value()->explain().find("the profile lets compilation 1 fail"));
}

TEST(EmulatedFaults, OfADeviceThatIsTooSlowCountAsHung) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  const auto delegate =
      device(profileWith(kSome, R"(, "faults": {"slow_submit": 1, "slow_seconds": 1.5})"), EmulationMode::Paced);
  const auto interpreter = interpreterOf(model, with({delegate}).setDeviceTimeout(std::chrono::milliseconds(100)));
  EXPECT_EQ("", compare(onCpu(model, 3), support::invoke(*interpreter, support::randomInputs(*interpreter, 3))));
  ASSERT_EQ(1u, interpreter->faults().size());
  EXPECT_EQ(Code::DeadlineExceeded, interpreter->faults()[0].status.code());
}

TEST(EmulatedNames, AreUnderstoodAndMistakesListWhatThereIs) {
  const auto message = [](std::string_view spec) { return std::string(createDelegate(spec, 1).status().message()); };
  EXPECT_EQ("", message("emulated:npu-int8"));
  EXPECT_EQ("", message("emulated:npu-int8,mode=paced,over=cpu"));
  EXPECT_EQ("emulated:npu-int8", createDelegate("emulated:npu-int8,mode=native", 1).value()->info().name);
  EXPECT_EQ("mode=fast: it may be functional, paced, native", message("emulated:npu-int8,mode=fast"));
  EXPECT_EQ("emulated has no key 'speed'; it has mode, over", message("emulated:npu-int8,speed=3"));
  EXPECT_NE(std::string::npos, message("emulated:npu").find("there is no profile 'npu'; there are: iphone7-coreml, "));
  EXPECT_NE(std::string::npos, message("emulated").find("there is no profile ''; there are: "));
  EXPECT_NE(std::string::npos, message("emulated:npu-int8,over=warp").find("there is no delegate 'warp'"));
  EXPECT_EQ("emulated:npu-int8 cannot wrap emulated:nnapi-1.0, which is emulated itself",
            message("emulated:npu-int8,over=emulated:nnapi-1.0"));
  for (const DelegateListing& one : listDelegates()) EXPECT_FALSE(one.spec.starts_with("emulated"));
}

}  // namespace
}  // namespace trireme::emulated
