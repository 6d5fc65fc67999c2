#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "tests/conformance/cases.h"
#include "tests/conformance/listed_failures.h"
#include "tests/support/driver_delegate.h"
#include "tests/support/fake_delegate.h"
#include "tests/support/guarded_delegate.h"
#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/support/run_model.h"

// Every op case on every delegate: it passes, is refused with a reason, or is a listed failure that must fail.
namespace trireme::conformance {

// Names in failure messages instead of bytes.
void PrintTo(const OpCase& row, std::ostream* stream) { *stream << row.name(); }

namespace {

struct Contestant {
  std::string name;
  std::shared_ptr<Delegate> delegate;  // none: the CPU that is always there
  std::shared_ptr<fake::Script> script;
  std::shared_ptr<support::Trespasses> trespasses = std::make_shared<support::Trespasses>();
};

// A delegate keeps its compiled programs from row to row, and goes before the driver's library does.
std::map<std::string, DelegateResult>& namedDelegates() {
  static std::map<std::string, DelegateResult> all;
  return all;
}
class GoesBeforeTheDriver final : public testing::Environment {
  void TearDown() override { namedDelegates().clear(); }
};
const testing::Environment* const kEnvironment = testing::AddGlobalTestEnvironment(new GoesBeforeTheDriver);

constexpr const char* kLanes = "host4-lanes";  // as drivers get them that have an item a lane
DelegateResult delegateNamed(const std::string& name) {
  constexpr std::string_view kHost = "host";  // the GPU programs as C++, vectors of so many elements
  if (name == kLanes) return gpu::host::makeLanesHostGpuDelegate();
  if (!name.starts_with(kHost)) return support::driverDelegate(name, 2);
  const auto width = uint32_t(std::stoi(name.substr(kHost.size())));
  if (name.ends_with("-products")) return gpu::host::makeProductHostGpuDelegate(width);
  return name.ends_with("-tiles") ? gpu::host::makeTiledHostGpuDelegate(width) : gpu::host::makeHostGpuDelegate(width);
}

// Delegates that TRIREME_TEST_CONTESTANTS names, blank between them, in place of those below: to send the rows through
// a driver that takes its time, or through the GPU programs alone. "opencl-discrete", "vulkan-products":
// driver_delegate.h.
std::vector<Contestant> namedContestants(const std::string& names) {
  std::vector<Contestant> all;
  std::istringstream words(names);
  for (std::string name; words >> name;) {
    if (!namedDelegates().contains(name)) namedDelegates().emplace(name, delegateNamed(name));
    const DelegateResult& delegate = namedDelegates().at(name);
    EXPECT_TRUE(delegate.ok()) << delegate.status().message();
    if (delegate.ok()) all.push_back({name, delegate.value(), nullptr});
  }
  return all;
}

std::vector<Contestant> contestants() {
  if (const char* names = std::getenv("TRIREME_TEST_CONTESTANTS")) return namedContestants(names);
  std::vector<Contestant> all = {{"cpu", nullptr, nullptr}};
  CpuOptions scalar;
  scalar.isa = CpuIsa::Scalar;
  scalar.threads = 1;
  DelegateResult cpu = createCpuDelegate(scalar);
  EXPECT_TRUE(cpu.ok()) << cpu.status().message();
  if (cpu.ok()) all.push_back({"cpu,isa=scalar", cpu.value(), nullptr});
  const fake::Fake fake;
  all.push_back({"fake", fake.delegate, fake.script});
  for (uint32_t width : {4u, 8u, 16u}) {  // the GPU programs as C++
    all.push_back({"host" + std::to_string(width), gpu::host::makeHostGpuDelegate(width), nullptr});
    all.push_back({"host" + std::to_string(width) + "-tiles", gpu::host::makeTiledHostGpuDelegate(width), nullptr});
    all.push_back(
        {"host" + std::to_string(width) + "-products", gpu::host::makeProductHostGpuDelegate(width), nullptr});
  }
  all.push_back({kLanes, gpu::host::makeLanesHostGpuDelegate(), nullptr});
  return all;
}

// Whether delegate 0 runs the node. When it does not, it must say why; failing to do what it promised is no answer.
bool runsOnFirst(const CompiledModel& compiled) {
  bool runs = false;
  for (const Placement& placement : compiled.placements()) {
    if (placement.partition == kNoPartition) continue;  // folded away: nothing to run
    runs = runs || compiled.plan().partitions[placement.partition].delegate == 0;
    if (compiled.plan().partitions[placement.partition].delegate == 0) continue;
    EXPECT_FALSE(placement.candidates.empty());
    if (placement.candidates.empty()) continue;
    const Support& refusal = placement.candidates[0].support;
    EXPECT_FALSE(refusal.ok()) << "said yes and was passed over: " << placement.why;
    for (const Reason& reason : refusal.reasons()) {
      EXPECT_FALSE(reason.detail.empty());
      EXPECT_NE(reason.code, ReasonCode::CompileFailed) << reason.detail;
    }
  }
  return runs;
}

// A driver that looks at every access itself (TRIREME_TEST_WRITES) needs no guards, and is slow with parts of buffers.
std::shared_ptr<Delegate> betweenGuards(const Contestant& contestant) {
  if (std::getenv("TRIREME_TEST_WRITES")) return contestant.delegate;
  return support::guarded(contestant.delegate, contestant.trespasses);
}

// Empty, or what is wrong.
std::string check(const OpCase& row, const Contestant& contestant, const support::Tensors& wanted) {
  Options options;
  options.setThreads(2).setStrategy("greedy");  // the contestant takes all that it can
  if (contestant.delegate) options.addDelegate(betweenGuards(contestant));
  auto interpreter = Interpreter::create(support::modelOf(row.graph()), options);
  if (!interpreter.ok()) return "create: " + std::string(interpreter.status().message());
  const bool first = runsOnFirst(interpreter.value()->compiled());
  const support::Answer answer = support::invoke(*interpreter.value(), row.inputs());
  if (!answer.status.ok()) return "invoke: " + std::string(answer.status.message());
  if (!interpreter.value()->faults().empty())
    return "a fault: " + std::string(interpreter.value()->faults()[0].status.message());
  for (size_t i = 0; i < wanted.size(); ++i) {
    // The fake runs the reference itself, on memory of its own.
    const support::Tolerance tolerance = contestant.script && first ? support::Tolerance::exact() : row.tolerance(i);
    const std::string wrong = tolerance.compare(row.outputType(i), wanted[i], answer.outputs[i]);
    if (!wrong.empty()) return "output " + std::to_string(i) + ": " + wrong;
  }
  return {};
}

class Conformance : public testing::TestWithParam<OpCase> {};

TEST_P(Conformance, EveryDelegateAgreesWithTheReference) {
  const OpCase& row = GetParam();
  const Result<support::Tensors> wanted = row.byReference();
  ASSERT_TRUE(wanted.ok()) << wanted.status().message();
  for (size_t i = 0; i < row.outputCount(); ++i) {
    if (!row.expected(i)) continue;
    EXPECT_EQ("", row.tolerance(i).compare(row.outputType(i), *row.expected(i), wanted.value()[i]))
        << "output " << i << " against what was worked out by hand";
  }
  for (const Contestant& contestant : contestants()) {
    SCOPED_TRACE(contestant.name);
    const std::string wrong = check(row, contestant, wanted.value());
    if (const ListedFailure* listed = listedFailure(row.name(), contestant.name)) {
      EXPECT_NE("", wrong) << "listed as failing because " << listed->why << ", and passes: take it from the list";
    } else {
      EXPECT_EQ("", wrong);
    }
    EXPECT_EQ(std::vector<std::string>(), contestant.trespasses->all());
    if (contestant.script) {
      EXPECT_EQ(std::vector<std::string>(), contestant.script->violations());
    }
  }
}

std::string rowName(const testing::TestParamInfo<OpCase>& row) { return row.param.name(); }
INSTANTIATE_TEST_SUITE_P(Op, Conformance, testing::ValuesIn(allCases()), rowName);

}  // namespace
}  // namespace trireme::conformance
