#include "tests/unit/core/interpreter_fixture.h"

#include <algorithm>

namespace trireme::core {

std::shared_ptr<const Model> threeNodes(int64_t elements) {
  support::Net net(1);
  return support::modelOf(net.build({net.relu(net.tanh(net.relu(net.input({1, elements}))))}));
}

std::unique_ptr<Interpreter> make(const std::shared_ptr<const Model>& model, const Options& options) {
  Options one = options;
  if (options.settings().threads == 0) one.setThreads(1);
  auto made = Interpreter::create(model, one);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(made).value() : nullptr;
}

void fill(Frame& frame, int input, float value) {
  std::ranges::fill(frame.input(input).value().as<float>().value(), value);
}

float first(const Frame& frame, int output) { return frame.output(output).value().as<float>().value()[0]; }

float run(Interpreter& interpreter, float value) {
  fill(interpreter.frame(), 0, value);
  const Status status = interpreter.invoke();
  EXPECT_TRUE(status.ok()) << status.message();
  return first(interpreter.frame());
}

}  // namespace trireme::core
