#include "trireme/calibration.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/graph/signature.h"
#include "core/tune/cost_cache.h"
#include "tests/support/fake_delegate.h"
#include "tests/unit/core/interpreter_fixture.h"

namespace trireme::core {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::IsEmpty;

DelegateResult oneThread() {
  CpuOptions options;
  options.threads = 1;
  return createCpuDelegate(options);
}

// A device whose clock shows no time, while whoever waits for it sleeps a millisecond before it hears of the end.
class Sleepy final : public Timeline {
 public:
  bool reached(uint64_t) const override { return heard_; }
  Status wait(uint64_t, TimePoint) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    heard_ = true;
    return {};
  }
  Times times(uint64_t) const override { return {begin_, begin_, begin_, true}; }

 private:
  TimePoint begin_ = std::chrono::steady_clock::now();
  mutable std::atomic<bool> heard_{false};
};

// How a delegate tells what its nodes took.
enum class Tells { EachNode, AllTogether, Nothing };

// The CPU's work under another name, with times that a test knows: a RELU takes 3 ms, a TANH 5 ms, and a whole
// partition that is one call 2 ms less a node after the first. `submit` itself takes what it takes.
class Teller final : public Delegate {
 public:
  explicit Teller(Tells tells) : tells_(tells), cpu_(oneThread().value()) {
    info_.name = "teller";
    info_.device = "a device with known times";
    info_.rates = {1e9, 1e9, 1e-6, 1e9, 1e-6};
  }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph& graph, NodeId node) const override { return cpu_->supports(graph, node); }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& view,
                                                     const CompileOptions& options) override {
    if (!failure.ok()) return failure;
    TRIREME_ASSIGN(auto inner, cpu_->compile(view, options));
    auto partition = std::make_unique<Partition>(std::move(inner), sleepy, pauseMilliseconds);
    double sum = 0;
    for (const NodeId node : view.nodes) {
      const double seconds = view.graph.node(node).op == OpKind::Relu ? 3e-3 : 5e-3;
      sum += seconds;
      if (tells_ == Tells::EachNode) partition->add({node}, seconds);
    }
    const std::vector<NodeId> all(view.nodes.begin(), view.nodes.end());
    if (tells_ == Tells::AllTogether) partition->add(all, sum - 2e-3 * double(all.size() - 1));
    return std::unique_ptr<CompiledPartition>(std::move(partition));
  }
  DelegateInfo info_;
  Status failure;       // of compile()
  bool sleepy = false;  // the next partitions are
  // What every submission sleeps.
  std::shared_ptr<std::atomic<int64_t>> pauseMilliseconds = std::make_shared<std::atomic<int64_t>>(0);

 private:
  class Bound final : public BoundPartition {
   public:
    Bound(std::unique_ptr<BoundPartition> inner, std::span<const double> seconds, bool sleepy,
          const std::atomic<int64_t>& pause)
        : inner_(std::move(inner)), seconds_(seconds), sleepy_(sleepy), pause_(pause) {}
    Event submit(TraceSink* details) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_.load()));
      for (uint32_t call = 0; details && call < seconds_.size(); ++call) {
        details->record({SpanKind::Node, 0, call, 0, 0, int64_t(seconds_[call] * 1e9), 0});
      }
      const Event done = inner_->submit(nullptr);
      return sleepy_ ? Event(std::make_shared<Sleepy>(), 1) : done;
    }

   private:
    std::unique_ptr<BoundPartition> inner_;
    std::span<const double> seconds_;
    bool sleepy_;
    const std::atomic<int64_t>& pause_;
  };
  class Partition final : public CompiledPartition {
   public:
    Partition(std::unique_ptr<CompiledPartition> inner, bool sleepy, std::shared_ptr<std::atomic<int64_t>> pause)
        : inner_(std::move(inner)), sleepy_(sleepy), pause_(std::move(pause)) {}
    void add(std::vector<NodeId> nodes, double seconds) {
      calls_.push_back({std::move(nodes), "known", ""});
      seconds_.push_back(seconds);
    }
    const PartitionNeeds& needs() const override { return inner_->needs(); }
    std::span<const CallInfo> calls() const override { return calls_; }
    Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
      TRIREME_ASSIGN(auto bound, inner_->bind(bindings));
      return std::unique_ptr<BoundPartition>(std::make_unique<Bound>(std::move(bound), seconds_, sleepy_, *pause_));
    }

   private:
    std::unique_ptr<CompiledPartition> inner_;
    std::vector<CallInfo> calls_;
    std::vector<double> seconds_;
    bool sleepy_;
    std::shared_ptr<std::atomic<int64_t>> pause_;
  };

  Tells tells_;
  std::shared_ptr<Delegate> cpu_;
};

class Calibration : public testing::Test {
 protected:
  Calibration() {
    std::string name = (std::filesystem::temp_directory_path() / "calibration-XXXXXX").string();
    folder = mkdtemp(name.data());
    options.setCacheDirectory(folder).setThreads(1).setLog([this](std::string_view line) { said.emplace_back(line); });
  }
  ~Calibration() override { std::filesystem::remove_all(folder); }

  CalibrationReport calibrated(const CalibrationHooks& hooks = {}) {
    auto report = calibrate(std::span(&model, 1), options, hooks);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? std::move(report).value() : CalibrationReport();
  }
  std::shared_ptr<const plan::MeasuredCosts> kept(const Delegate& delegate) {
    return tune::CostCache::read(folder / tune::kCostFile).value().find(tune::keyOf(delegate.info(), Precision::Exact));
  }
  std::string signature(uint32_t node) { return graph::signatureOf(model->subgraphs()[0], NodeId{node}); }
  double seconds(const plan::MeasuredCosts& costs, uint32_t node) {
    const auto found = costs.nodes.find(signature(node));
    return found == costs.nodes.end() ? -1 : found->second.seconds;
  }

  std::filesystem::path folder;
  std::shared_ptr<const Model> model = threeNodes();  // relu tanh relu
  Options options;
  std::vector<std::string> said;
};

TEST_F(Calibration, KeepsWhatEachNodeTookInItsModel) {
  const auto teller = std::make_shared<Teller>(Tells::EachNode);
  options.addDelegate(teller);
  const CalibrationReport report = calibrated();
  ASSERT_EQ(report.delegates.size(), 2u);
  EXPECT_EQ(report.delegates[0].delegate, "teller");
  EXPECT_EQ(report.delegates[0].operators, 2u) << "both RELUs are the same work";
  EXPECT_THAT(report.delegates[0].measuredSeconds, DoubleNear(8e-3, 1e-9));
  EXPECT_TRUE(report.delegates[0].startSeconds);
  EXPECT_FALSE(report.delegates[0].copyStartSeconds) << "it works in host memory";
  EXPECT_EQ(report.delegates[1].delegate, "cpu");
  EXPECT_EQ(report.delegates[1].operators, 2u);
  const auto costs = kept(*teller);
  ASSERT_NE(costs, nullptr);
  EXPECT_THAT(seconds(*costs, 0), DoubleNear(3e-3, 1e-9));
  EXPECT_THAT(seconds(*costs, 1), DoubleNear(5e-3, 1e-9));
  EXPECT_GT(costs->nodes.at(signature(0)).estimated, 0);
  EXPECT_LT(costs->nodes.at(signature(0)).estimated, 1e-6);
}

TEST_F(Calibration, PlansAreMadeFromIt) {
  const auto teller = std::make_shared<Teller>(Tells::EachNode);
  options.addDelegate(teller);
  calibrated();
  options.setStrategy("single:teller");
  const auto compiled = CompiledModel::create(model, options).value();
  const double start = kept(*teller)->startSeconds.value_or(-1);
  EXPECT_THAT(compiled->plan().predicted.seconds, DoubleNear(11e-3 + start, 1e-9));
  EXPECT_EQ(compiled->plan().partitions[0].predicted.source, Cost::Source::Measured);
  EXPECT_THAT(said, IsEmpty());
  options.setStrategy("optimal");
  EXPECT_EQ(support::nodesPerDelegate(*CompiledModel::create(model, options).value()).count("teller"), 0u)
      << "three milliseconds are too many for eight floats";
}

TEST_F(Calibration, TheSameCacheGivesTheSamePlan) {
  options.addDelegate(std::make_shared<Teller>(Tells::EachNode));
  calibrated();
  const std::string once = CompiledModel::create(model, options).value()->explain();
  EXPECT_EQ(once, CompiledModel::create(model, options).value()->explain());
}

TEST_F(Calibration, NodesThatRunTogetherAreAlsoMeasuredAlone) {
  const auto teller = std::make_shared<Teller>(Tells::AllTogether);
  options.addDelegate(teller);
  calibrated();
  // Together they were told as 3 + 5 + 3 - 4 = 7 ms.
  const auto costs = kept(*teller);
  ASSERT_NE(costs, nullptr);
  EXPECT_EQ(costs->nodes.size(), 2u);
  EXPECT_THAT(seconds(*costs, 0), DoubleNear(3e-3, 1e-9));
  EXPECT_THAT(seconds(*costs, 1), DoubleNear(5e-3, 1e-9));
  EXPECT_THAT(costs->fusions.at(plan::fusionKey(signature(0), signature(1))), DoubleNear(2e-3, 1e-9));
  options.setStrategy("single:teller");
  const auto compiled = CompiledModel::create(model, options).value();
  EXPECT_THAT(compiled->plan().predicted.seconds, DoubleNear(7e-3 + costs->startSeconds.value_or(0), 1e-9));
}

TEST_F(Calibration, ADelegateThatTellsNothingIsMeasuredByItsPartitions) {
  const auto teller = std::make_shared<Teller>(Tells::Nothing);
  options.addDelegate(teller);
  calibrated();
  const auto costs = kept(*teller);
  ASSERT_NE(costs, nullptr);
  EXPECT_EQ(costs->nodes.size(), 2u);
  EXPECT_GE(seconds(*costs, 0), 0);
  EXPECT_LT(seconds(*costs, 0), 3e-3) << "its clock, not what it would have told";
}

TEST_F(Calibration, AStartHoldsTheTimeUntilItsEndIsHeardOf) {
  const auto teller = std::make_shared<Teller>(Tells::Nothing);
  teller->sleepy = true;
  options.addDelegate(teller);
  calibrated();
  EXPECT_GT(kept(*teller)->startSeconds.value_or(-1), 0.5e-3);
}

TEST_F(Calibration, MeasuresCopiesOfADeviceWithItsOwnMemory) {
  const fake::Fake fake;
  options.addDelegate(fake.delegate);
  const CalibrationReport report = calibrated();
  ASSERT_TRUE(report.delegates[0].status.ok()) << report.delegates[0].status.message();
  EXPECT_TRUE(report.delegates[0].copyStartSeconds);
  EXPECT_EQ(kept(*fake.delegate)->copyStartSeconds.value_or(-1) > 0, *report.delegates[0].copyStartSeconds > 0);
  EXPECT_THAT(fake.script->violations(), IsEmpty());
  EXPECT_EQ(fake.script->buffers.load(), 0) << "nothing is left on the device";
}

TEST_F(Calibration, ModelledTimesAreNotMeasured) {
  EmulatedOptions emulated;
  emulated.profile = "npu-int8";
  options.addDelegate(createEmulatedDelegate(emulated).value());
  const CalibrationReport report = calibrated();
  EXPECT_FALSE(report.delegates[0].measurable);
  EXPECT_EQ(report.delegates[0].operators, 0u);
  EXPECT_TRUE(report.delegates[1].measurable);
}

TEST_F(Calibration, TimesOfAWrappedCpuBelongToItsThreads) {
  const auto native = [](int threads) {
    EmulatedOptions emulated;
    emulated.profile = "nnapi-1.2";
    emulated.mode = EmulationMode::Native;
    emulated.threads = threads;
    return createEmulatedDelegate(emulated).value();
  };
  const auto one = native(1), two = native(2);
  options.addDelegate(one);
  EXPECT_GT(calibrated().delegates[0].operators, 0u);
  EXPECT_NE(kept(*one), nullptr);
  EXPECT_EQ(kept(*two), nullptr);
}

TEST_F(Calibration, ADelegateThatFailsLeavesTheOthersTheirTimes) {
  const auto teller = std::make_shared<Teller>(Tells::EachNode);
  teller->failure = Status::error(Code::DeviceLost, "it is gone");
  fake::FakeOptions broken;
  broken.name = "broken";
  const fake::Fake fake(broken);
  fake.script->plan({.call = fake::Call::Submit, .nth = 3, .lost = true});
  options.addDelegate(teller).addDelegate(fake.delegate);
  const CalibrationReport report = calibrated();
  ASSERT_EQ(report.delegates.size(), 3u);
  EXPECT_FALSE(report.delegates[1].status.ok());
  EXPECT_EQ(report.delegates[2].operators, 2u);
}

TEST_F(Calibration, NeedsAFolder) {
  const auto report = calibrate(std::span(&model, 1), Options());
  EXPECT_EQ(report.status().code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("setCacheDirectory"));
}

TEST_F(Calibration, StopsWhenToldAndKeepsWhatItHas) {
  options.addDelegate(std::make_shared<Teller>(Tells::EachNode));
  const std::vector<std::shared_ptr<const Model>> models = {model, support::modelOf(support::residualNet(1))};
  CalibrationHooks hooks;
  hooks.progress = [](std::string_view what) { return what != "cpu: model 2 of 2"; };
  const CalibrationReport report = calibrate(models, options, hooks).value();
  EXPECT_TRUE(report.stopped);
  ASSERT_EQ(report.delegates.size(), 2u);
  EXPECT_EQ(report.delegates[0].operators, 2u) << "of the first model";
  EXPECT_EQ(report.delegates[1].operators, 2u);
  EXPECT_TRUE(std::filesystem::exists(report.file));
}

TEST_F(Calibration, StopsBeforeAnyModelWhenTold) {
  options.addDelegate(std::make_shared<Teller>(Tells::EachNode));
  CalibrationHooks hooks;
  hooks.progress = [](std::string_view what) { return !what.starts_with("cpu"); };
  const CalibrationReport report = calibrated(hooks);
  EXPECT_TRUE(report.stopped);
  ASSERT_EQ(report.delegates.size(), 2u);
  EXPECT_TRUE(report.delegates[0].startSeconds);
  EXPECT_EQ(report.delegates[0].operators, 0u);
}

// Seconds in which a computer is slow are everybody's.
TEST_F(Calibration, DelegatesTakeTurns) {
  options.addDelegate(std::make_shared<Teller>(Tells::EachNode));
  std::vector<const CompiledModel*> order;
  CalibrationHooks hooks;
  hooks.invoke = [&](Interpreter& interpreter) {
    if (order.empty() || order.back() != &interpreter.compiled()) order.push_back(&interpreter.compiled());
    return interpreter.invoke();
  };
  calibrated(hooks);
  ASSERT_GE(order.size(), 6u);
  EXPECT_NE(order[0], order[1]);
  EXPECT_EQ(order[0], order[2]);
  EXPECT_EQ(order[1], order[3]);
}

TEST_F(Calibration, TellsHowMuchTimesDifferedBetweenTurns) {
  const auto teller = std::make_shared<Teller>(Tells::EachNode);
  options.addDelegate(teller);
  const CompiledModel* last = nullptr;
  int turns = 0;
  CalibrationHooks hooks;
  hooks.invoke = [&](Interpreter& interpreter) {
    turns += &interpreter.compiled() != last ? 1 : 0;
    last = &interpreter.compiled();
    *teller->pauseMilliseconds = turns > 2 ? 20 : 0;  // from the second turn on
    return interpreter.invoke();
  };
  const CalibrationReport report = calibrated(hooks);
  EXPECT_GT(report.delegates[0].spread, 0.3);
  EXPECT_DOUBLE_EQ(kept(*teller)->spread, report.delegates[0].spread);
}

TEST_F(Calibration, ACacheOfAnotherMachineIsPassedOverWithOneLine) {
  tune::CostCache cache;
  tune::CostKey key = tune::keyOf(oneThread().value()->info(), Precision::Exact);
  key.machine = "a machine of long ago";
  plan::MeasuredCosts costs;
  costs.startSeconds = 1;
  cache.add(key, costs);
  ASSERT_TRUE(cache.write(folder / tune::kCostFile).ok());
  const auto compiled = CompiledModel::create(model, options).value();
  EXPECT_LT(compiled->plan().predicted.seconds, 1);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("are of another machine (a machine of long ago)"));
}

TEST_F(Calibration, ACacheOfAnotherVersionIsPassedOverWithOneLine) {
  tune::CostCache cache;
  tune::CostKey key = tune::keyOf(oneThread().value()->info(), Precision::Exact);
  key.version = "0.0.0";
  cache.add(key, {});
  ASSERT_TRUE(cache.write(folder / tune::kCostFile).ok());
  ASSERT_TRUE(CompiledModel::create(model, options).ok());
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("are of version 0.0.0, this is "));
}

TEST_F(Calibration, ADamagedCacheIsPassedOverWithOneLineAndMadeAnew) {
  std::ofstream(folder / tune::kCostFile) << "{\"trireme_costs\": 1, ";
  ASSERT_TRUE(CompiledModel::create(model, options).ok());
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("are damaged: "));
  said.clear();
  calibrated();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("it is made anew"));
  said.clear();
  ASSERT_TRUE(CompiledModel::create(model, options).ok());
  EXPECT_THAT(said, IsEmpty());
}

}  // namespace
}  // namespace trireme::core
