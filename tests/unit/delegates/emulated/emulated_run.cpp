#include "tests/unit/delegates/emulated/emulated_run.h"

namespace trireme::emulated {

std::shared_ptr<Delegate> device(const Profile& profile, EmulationMode mode, std::shared_ptr<Delegate> over,
                                 std::string name) {
  if (!over) over = createCpuDelegate({.threads = 1, .precision = {}, .lean = false, .isa = CpuIsa::Auto}).value();
  auto made = makeDelegate(profile, std::move(name), std::move(over), mode);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(made).value() : nullptr;
}

Options with(std::initializer_list<std::shared_ptr<Delegate>> delegates) {
  Options options;
  options.setThreads(1).setStrategy("greedy");
  for (const std::shared_ptr<Delegate>& one : delegates) options.addDelegate(one);
  return options;
}

std::unique_ptr<Interpreter> interpreterOf(const std::shared_ptr<const Model>& model, const Options& options) {
  auto made = Interpreter::create(model, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(made).value() : nullptr;
}

Graph sandwich(DataType dtype, uint64_t seed) {
  support::Net net(seed, dtype);
  const ValueId x = net.input({1, 6, 5, 4});
  const ValueId a = net.relu(net.conv(x, 8));
  const ValueId b = net.conv(net.tanh(a), 8);
  return net.build({net.maxPool(net.relu(net.add(a, b)))});
}

support::Answer onCpu(const std::shared_ptr<const Model>& model, uint64_t seed) {
  return support::runOnce(model, with({}), seed);
}

std::string compare(const support::Answer& expected, const support::Answer& actual,
                    const support::Tolerance& tolerance) {
  if (!expected.status.ok()) return std::string(expected.status.message());
  if (!actual.status.ok()) return std::string(actual.status.message());
  for (size_t i = 0; i < expected.outputs.size(); ++i) {
    const std::string wrong = tolerance.compare(expected.types[i], expected.outputs[i], actual.outputs[i]);
    if (!wrong.empty()) return "output " + std::to_string(i) + ": " + wrong;
  }
  return {};
}

double seconds(const StepTiming& timing) {
  return std::chrono::duration<double>(timing.times.end - timing.times.begin).count();
}

}  // namespace trireme::emulated
