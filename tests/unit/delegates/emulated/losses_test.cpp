#include "core/forwarding_delegate.h"
#include "tests/support/fake_delegate.h"
#include "tests/unit/delegates/emulated/emulated_run.h"

// Over a delegate whose device is lost and opened anew.
namespace trireme::emulated {
namespace {

using support::Answer;

// A fake, and another one that takes its place once it is lost.
class Renewable final : public core::ForwardingDelegate {
 public:
  Renewable(const fake::Fake& first, const fake::Fake& next)
      : ForwardingDelegate(first.delegate), next_(next.delegate) {}
  Device& device() override { return now().device(); }
  void renew() override { renewed_ = renewed_ || !inner().device().health().ok(); }
  std::vector<Support> query(const Graph& graph) const override { return now().query(graph); }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    return now().compile(partition, options);
  }

 private:
  Delegate& now() const { return renewed_ ? *next_ : inner(); }
  std::shared_ptr<Delegate> next_;
  std::atomic<bool> renewed_{false};
};

struct LossCase {
  const char* numerics;
  EmulationMode mode;
};
void PrintTo(const LossCase& one, std::ostream* out) { *out << "mode " << int(one.mode) << one.numerics; }

class EmulatedLosses : public testing::TestWithParam<LossCase> {
 protected:
  std::shared_ptr<Delegate> emulated() const {
    return device(profileWith(kSome, GetParam().numerics), GetParam().mode, wrapped_);
  }
  // An interpreter that lost the first device in its first frame, and answered all the same.
  std::unique_ptr<Interpreter> lose(const std::shared_ptr<Delegate>& delegate) const {
    first_.script->plan({.call = fake::Call::Submit, .lost = true});
    auto interpreter = interpreterOf(model_, with({delegate}));
    expectAnswer(*interpreter);
    EXPECT_EQ(1u, interpreter->faults().size());
    EXPECT_TRUE(first_.script->lost());
    return interpreter;
  }
  void expectAnswer(Interpreter& interpreter) const {
    EXPECT_EQ("", compare(wanted_, support::invoke(interpreter, support::randomInputs(interpreter, 3))));
  }
  void TearDown() override {
    wrapped_.reset();
    for (const fake::Fake* one : {&first_, &next_}) {
      EXPECT_EQ(std::vector<std::string>(), one->script->violations());
      EXPECT_EQ(0, one->script->buffers);
    }
  }

  const fake::Fake first_, next_;
  std::shared_ptr<Delegate> wrapped_ = std::make_shared<Renewable>(first_, next_);
  const std::shared_ptr<const Model> model_ = support::modelOf(sandwich(DataType::Int8));
  const Answer wanted_ = onCpu(model_, 3);
};

TEST_P(EmulatedLosses, TheNextInterpreterUsesTheDeviceThatTheWrappedDelegateOpenedAnew) {
  const auto delegate = emulated();
  const Device* const lost = &delegate->device();
  const auto first = lose(delegate);
  EXPECT_EQ(lost, &delegate->device());
  EXPECT_EQ(0u, next_.script->calls(fake::Call::Compile));
  const auto second = interpreterOf(model_, with({delegate}));
  EXPECT_NE(lost, &delegate->device());
  EXPECT_TRUE(delegate->device().health().ok());
  EXPECT_EQ(Code::DeviceLost, lost->health().code());
  EXPECT_EQ(4u, support::nodesPerDelegate(second->compiled())["emulated:mine"]);
  expectAnswer(*second);
  EXPECT_TRUE(second->faults().empty());
  EXPECT_GT(next_.script->calls(fake::Call::Submit), 0u);
  EXPECT_EQ(1u, first_.script->calls(fake::Call::Submit));
  expectAnswer(*first);  // on the CPU, as before
  EXPECT_TRUE(first->retryDelegates().ok());
  EXPECT_EQ(4u, support::nodesPerDelegate(first->compiled())["emulated:mine"]);
  expectAnswer(*first);
}

TEST_P(EmulatedLosses, WhatWasCompiledForTheLostDeviceStaysWithItAndGivesItUp) {
  const auto delegate = emulated();
  const auto other = interpreterOf(model_, with({delegate}));
  const auto shared = CompiledModel::create(model_, with({delegate}));
  ASSERT_TRUE(shared.ok()) << shared.status().message();
  static_cast<void>(lose(delegate));
  const auto fresh = interpreterOf(model_, with({delegate}));
  expectAnswer(*other);
  const auto late = Interpreter::create(shared.value());
  ASSERT_TRUE(late.ok()) << late.status().message();
  expectAnswer(*late.value());
  for (const Interpreter* one : {other.get(), late.value().get()}) {
    ASSERT_EQ(1u, one->faults().size());
    EXPECT_EQ(Code::DeviceLost, one->faults()[0].status.code()) << one->faults()[0].status.message();
  }
  EXPECT_EQ(0u, next_.script->calls(fake::Call::Submit));
}

TEST_P(EmulatedLosses, NothingIsCompiledForADeviceThatOthersOpenedAnewBeforeAPlanKnowsOfIt) {
  support::Net net(1, DataType::Int8);
  const Graph graph = net.build({net.relu(net.input({1, 4}))});
  const NodeId node{0};
  const PartitionView partition{graph, {&node, 1}, graph.inputs(), graph.outputs()};
  const auto delegate = emulated();
  static_cast<void>(lose(delegate));
  wrapped_->renew();
  EXPECT_EQ("fake, which it wraps, has another device than when the plan began",
            delegate->compile(partition, {}).status().message());
  delegate->renew();
  const auto compiled = delegate->compile(partition, {});
  EXPECT_TRUE(compiled.ok()) << compiled.status().message();
}

constexpr const char* kHalf = R"(, "numerics": {"format": "float16"})";
INSTANTIATE_TEST_SUITE_P(Devices, EmulatedLosses,
                         testing::Values(LossCase{"", EmulationMode::Functional}, LossCase{"", EmulationMode::Paced},
                                         LossCase{"", EmulationMode::Native},
                                         LossCase{kHalf, EmulationMode::Functional}));

}  // namespace
}  // namespace trireme::emulated
