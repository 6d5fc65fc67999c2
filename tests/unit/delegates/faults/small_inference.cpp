#include "tests/unit/delegates/faults/small_inference.h"

#include "tests/support/graph_builders.h"

namespace trireme::faults {
namespace {

// In int8, where every device gives the same bits.
Graph fiveOperators() {
  support::Net net(7, DataType::Int8);
  const ValueId x = net.input({1, 5, 3, 6});
  const ValueId a = net.relu(x);
  const ValueId b = net.maxPool(a);
  return net.build({net.tanh(net.add(net.relu(b), b))});
}

}  // namespace

Status SmallInference::prepare() {
  model_ = support::modelOf(fiveOperators());
  Options options;
  options.setThreads(1);
  TRIREME_ASSIGN(const std::unique_ptr<Interpreter> cpu, Interpreter::create(model_, options));
  inputs_ = support::randomInputs(*cpu, 3);
  right_ = support::invoke(*cpu, inputs_);
  return right_.status;
}

Options SmallInference::over(std::shared_ptr<Delegate> delegate, bool strict) {
  Options options;
  options.setThreads(1).setStrategy("greedy").setStrict(strict).setDeviceTimeout(std::chrono::minutes(5));
  if (delegate) options.addDelegate(std::move(delegate));
  return options;
}

std::string SmallInference::inferOnce(Interpreter& interpreter) const {
  const support::Answer answer = support::invoke(interpreter, inputs_);
  if (!answer.status.ok()) return "failed: " + std::string(answer.status.message());
  return answer.outputs == right_.outputs ? "" : "another answer than the CPU's";
}

std::string SmallInference::inferWith(const Options& options, bool strict) const {
  auto interpreter = Interpreter::create(model_, options);
  if (!interpreter.ok()) return strict ? "" : "not made: " + std::string(interpreter.status().message());
  for (int i = 0; i < 2; ++i) {
    const std::string wrong = inferOnce(*interpreter.value());
    if (strict && wrong.starts_with("failed")) return "";
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string SmallInference::infer(const std::shared_ptr<Delegate>& delegate, bool strict) const {
  return inferWith(over(delegate, strict), strict);
}

size_t SmallInference::nodesOn(const std::shared_ptr<Delegate>& delegate) const {
  auto interpreter = Interpreter::create(model_, over(delegate));
  if (!interpreter.ok()) return 0;
  return support::nodesPerDelegate(interpreter.value()->compiled())[delegate->info().name];
}

}  // namespace trireme::faults
