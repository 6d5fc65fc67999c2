#include "tests/unit/delegates/opencl/inference_fixture.h"

#include "tests/support/graph_builders.h"

namespace trireme::opencl {
namespace {

// Five operators in int8, where every device gives the same bits.
Graph fiveOperators() {
  support::Net net(7, DataType::Int8);
  const ValueId x = net.input({1, 5, 3, 6});
  const ValueId a = net.relu(x);
  const ValueId b = net.maxPool(a);
  return net.build({net.tanh(net.add(net.relu(b), b))});
}

}  // namespace

void WithModel::SetUp() {
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

DelegateResult WithModel::delegate(const Api& api, bool measures,
                                   std::optional<std::chrono::nanoseconds> patience) const {
  GpuOptions options;
  options.cacheDirectory = folder_.path();
  return makeDelegate(api, options, measures, patience);
}

void WithModel::forgetRates() const {
  const gpu::CacheFile file = cacheFile();
  auto sections = file.read();
  if (!sections.ok()) return;
  std::erase_if(sections.value(), [](const auto& one) { return one.kind == gpu::CacheSection::Kind::Rates; });
  std::error_code error;
  std::filesystem::remove(file.path(), error);
  EXPECT_TRUE(file.add(sections.value()).ok());
}

Options WithModel::over(std::shared_ptr<Delegate> delegate, bool strict) {
  Options options;
  options.setThreads(1).setStrategy("greedy").setStrict(strict).setDeviceTimeout(std::chrono::minutes(5));
  if (delegate) options.addDelegate(std::move(delegate));
  return options;
}

std::string WithModel::inferOnce(Interpreter& interpreter) const {
  const support::Answer answer = support::invoke(interpreter, inputs_);
  if (!answer.status.ok()) return "failed: " + std::string(answer.status.message());
  return answer.outputs == right_.outputs ? "" : "another answer than the CPU's";
}

std::string WithModel::inferWith(const Options& options, bool strict) const {
  auto interpreter = Interpreter::create(model_, options);
  if (!interpreter.ok()) return strict ? "" : "not made: " + std::string(interpreter.status().message());
  for (int i = 0; i < 2; ++i) {
    const std::string wrong = inferOnce(*interpreter.value());
    if (strict && wrong.starts_with("failed")) return "";
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string WithModel::infer(const std::shared_ptr<Delegate>& delegate, bool strict) const {
  return inferWith(over(delegate, strict), strict);
}

std::array<uint64_t, script::kFunctions> WithModel::countMeasuringCalls() const {
  std::array<uint64_t, script::kFunctions> calls{};
  const uint64_t all = countCalls(driver(), true, [&](const script::Script& script) {
    for (size_t f = 0; f < script::kFunctions; ++f) calls[f] = script.calls(script::Function(f));
    return script.calls();
  });
  EXPECT_GT(all, 500u);
  return calls;
}

void WithModel::expectAnswersAfter(script::Function function, uint64_t nth, cl_int code, int interpreters) const {
  forgetRates();
  script::Script script(driver());
  script.failCall(function, nth, code);
  {
    auto made = delegate(script.api(), true);
    const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
    for (int i = 1; i <= interpreters; ++i) {
      EXPECT_EQ(infer(device), "") << "interpreter " << i << ", after " << nth << ": " << script.struck();
    }
  }
  EXPECT_EQ(script.unbalanced(), "") << nth << ": " << script.struck();
}

size_t WithModel::nodesOn(const std::shared_ptr<Delegate>& delegate) const {
  auto interpreter = Interpreter::create(model_, over(delegate));
  EXPECT_TRUE(interpreter.ok()) << interpreter.status().message();
  return interpreter.ok() ? support::nodesPerDelegate(interpreter.value()->compiled())[delegate->info().name] : 0;
}

}  // namespace trireme::opencl
