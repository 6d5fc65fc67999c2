#include "tests/unit/faults/mixed_plan.h"

namespace trireme::faults {

Graph sandwich(uint64_t seed) {
  support::Net net(seed, DataType::Int8);
  const ValueId x = net.input({1, 6, 5, 4});
  const ValueId a = net.relu(net.conv(x, 8));
  const ValueId b = net.conv(net.tanh(a), 8);
  return net.build({net.maxPool(net.relu(net.add(a, b)))});
}

FakeOptions onFake() {
  FakeOptions options;
  options.operators = {OpKind::Relu, OpKind::Tanh, OpKind::Add};
  return options;
}

FakeOptions importing(size_t alignment) {
  FakeOptions options = onFake();
  options.memory.importAlignment = alignment;
  return options;
}

Options with(const Fake& fake) { return with({&fake}); }

Options with(std::initializer_list<const Fake*> fakes) {
  Options options;
  options.setThreads(1).setStrategy("greedy");  // cuts the graph in the same pieces whatever devices cost
  for (const Fake* fake : fakes) options.addDelegate(fake->delegate);
  return options;
}

Expectation expectation(const std::shared_ptr<const Model>& model, uint64_t seed) {
  Options options;
  options.setThreads(1);
  auto interpreter = Interpreter::create(model, options);
  EXPECT_TRUE(interpreter.ok()) << interpreter.status().message();
  if (!interpreter.ok()) return {};
  support::Tensors inputs = support::randomInputs(*interpreter.value(), seed);
  support::Answer answer = support::invoke(*interpreter.value(), inputs);
  EXPECT_TRUE(answer.status.ok()) << answer.status.message();
  return {std::move(inputs), std::move(answer.outputs)};
}

std::string check(const support::Answer& answer, const Expectation& expected) {
  if (!answer.status.ok()) return "failed: " + std::string(answer.status.message());
  if (answer.outputs.size() != expected.outputs.size()) return "wrong number of outputs";
  for (size_t i = 0; i < expected.outputs.size(); ++i) {
    const std::string wrong =
        support::Tolerance::exact().compare(answer.types[i], expected.outputs[i], answer.outputs[i]);
    if (!wrong.empty()) return "output " + std::to_string(i) + ": " + wrong;
  }
  return {};
}

std::string runAndCheck(Interpreter& interpreter, const Expectation& expected) {
  return check(support::invoke(interpreter, expected.inputs), expected);
}

void expectClean(const fake::Script& script) {
  EXPECT_EQ(std::vector<std::string>(), script.violations());
  EXPECT_EQ(0, script.bound);
  EXPECT_EQ(0, script.compiled);
  EXPECT_EQ(0, script.buffers);
}

}  // namespace trireme::faults
