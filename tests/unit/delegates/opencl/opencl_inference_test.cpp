#include <thread>

#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/graph_builders.h"
#include "tests/support/run_model.h"
#include "tests/support/tolerance.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

// Whole inferences over the CPU and a driver that fails at any call: the right answer all the same.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

// Five operators in int8, where every device gives the same bits.
Graph fiveOperators() {
  support::Net net(7, DataType::Int8);
  const ValueId x = net.input({1, 5, 3, 6});
  const ValueId a = net.relu(x);
  const ValueId b = net.maxPool(a);
  return net.build({net.tanh(net.add(net.relu(b), b))});
}

class OpenClInferenceTest : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    if (IsSkipped()) return;
    model_ = support::modelOf(fiveOperators());
    Options options;
    options.setThreads(1);
    auto cpu = Interpreter::create(model_, options);
    ASSERT_TRUE(cpu.ok()) << cpu.status().message();
    inputs_ = support::randomInputs(*cpu.value(), 3);
    right_ = support::invoke(*cpu.value(), inputs_);
    ASSERT_TRUE(right_.status.ok());
  }
  DelegateResult delegate(const Api& api) const {
    GpuOptions options;
    options.cacheDirectory = folder_.path();
    return makeDelegate(api, options, false);  // a failing call is to meet the model, not the prices
  }
  static Options over(std::shared_ptr<Delegate> delegate, bool strict = false) {
    Options options;
    options.setThreads(1).setStrategy("greedy").setStrict(strict).setDeviceTimeout(std::chrono::minutes(5));
    if (delegate) options.addDelegate(std::move(delegate));
    return options;
  }
  // Empty when two inferences give the CPU's answer; else what went wrong. A failure under `strict` is none.
  std::string infer(const std::shared_ptr<Delegate>& delegate, bool strict = false) const {
    auto interpreter = Interpreter::create(model_, over(delegate, strict));
    if (!interpreter.ok()) return strict ? "" : "not made: " + std::string(interpreter.status().message());
    for (int i = 0; i < 2; ++i) {
      const support::Answer answer = support::invoke(*interpreter.value(), inputs_);
      if (!answer.status.ok()) return strict ? "" : "failed: " + std::string(answer.status.message());
      if (answer.outputs != right_.outputs) return "another answer than the CPU's";
    }
    return {};
  }
  const std::shared_ptr<const Model>& model() const { return model_; }
  void expectTheAnswerWhicheverCallFails(const Api& api) const;

 private:
  TemporaryFolder folder_;
  std::shared_ptr<const Model> model_;
  support::Tensors inputs_;
  support::Answer right_;
};

TEST_F(OpenClInferenceTest, ADeviceTakesItsShareAndGivesTheCpusBits) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    auto interpreter = Interpreter::create(model(), over(made.value()));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_GT(support::nodesPerDelegate(interpreter.value()->compiled())["opencl"], 0u);
    EXPECT_EQ(infer(made.value()), "");
  }
  EXPECT_EQ(script.unbalanced(), "");
}

void OpenClInferenceTest::expectTheAnswerWhicheverCallFails(const Api& api) const {
  uint64_t calls = 0;
  for (int i = 0; i < 2; ++i) {  // the first one fills the cache
    Script script(api);
    {
      auto made = delegate(script.api());
      ASSERT_TRUE(made.ok()) << made.status().message();
      ASSERT_EQ(infer(made.value()), "");
    }
    calls = script.calls();
  }
  ASSERT_GT(calls, 60u);
  for (uint64_t n = 1; n <= calls; ++n) {
    Script script(api);
    script.failCall(n);
    {
      auto made = delegate(script.api());
      EXPECT_TRUE(made.ok() || !made.status().message().empty());
      const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
      EXPECT_EQ(infer(device), "") << "call " << n << ": " << script.struck();
      EXPECT_EQ(infer(device), "") << "the next interpreter, after call " << n << ": " << script.struck();
    }
    EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
  }
}

TEST_F(OpenClInferenceTest, WhicheverCallFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  expectTheAnswerWhicheverCallFails(driver());
}
TEST_F(OpenClInferenceTest, WhicheverCallOfADiscreteDeviceFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  expectTheAnswerWhicheverCallFails(script::asDiscreteGpu(driver()));
}

TEST_F(OpenClInferenceTest, UnderStrictAFailureIsReturned) {
  Script script(driver());
  auto made = delegate(script.api());
  ASSERT_TRUE(made.ok());
  auto interpreter = Interpreter::create(model(), over(made.value(), true));
  ASSERT_TRUE(interpreter.ok());
  script.failFrom(Function::clEnqueueNDRangeKernel, 1, CL_OUT_OF_RESOURCES);
  const Status status = support::invoke(*interpreter.value(), support::randomInputs(*interpreter.value(), 3)).status;
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find("opencl"), std::string::npos) << status.message();
}

TEST_F(OpenClInferenceTest, ADeviceThatHangsIsLeftBehindAndTheAnswerComes) {
  Script script(driver());
  auto made = delegate(script.api());
  ASSERT_TRUE(made.ok());
  {
    Options options = over(made.value());
    options.setDeviceTimeout(std::chrono::milliseconds(300));
    auto interpreter = Interpreter::create(model(), options);
    ASSERT_TRUE(interpreter.ok());
    script.hang();
    const support::Answer answer =
        support::invoke(*interpreter.value(), support::randomInputs(*interpreter.value(), 3));
    EXPECT_TRUE(answer.status.ok()) << answer.status.message();
    EXPECT_FALSE(interpreter.value()->faults().empty());
    script.resume();
  }
  // What was buried ends when the device does; wait for it, since the script goes.
  made = DelegateResult(Status());
  for (int i = 0; i < 500 && !script.unbalanced().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(script.unbalanced(), "");
}

}  // namespace
}  // namespace trireme::opencl
