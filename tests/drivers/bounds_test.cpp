#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "delegates/opencl/opencl_delegate.h"
#include "tests/conformance/cases.h"
#include "tests/support/exact_memory.h"
#include "tests/support/run_model.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

// Kernels of a CPU driver touch nothing but the bytes that are bound to them. Seen by valgrind alone
// (under_driver.py valgrind): without it the tests are skipped, but have compiled the kernels that it will run.
namespace trireme::opencl {
namespace {

using conformance::OpCase;

// A driver's compiler is slow, and slower under valgrind: these operators, floating and int8, stand for the rest.
bool isChosen(const OpCase& row) {
  static const std::set<OpKind> kChosen = {OpKind::Conv2d,
                                           OpKind::DepthwiseConv2d,
                                           OpKind::FullyConnected,
                                           OpKind::MaxPool2d,
                                           OpKind::AveragePool2d,
                                           OpKind::Concatenation,
                                           OpKind::Softmax,
                                           OpKind::Add,
                                           OpKind::Pad};
  const DataType type = row.outputType(0).dtype;
  return kChosen.contains(row.op()) && (type == DataType::Float32 || type == DataType::Int8);
}

size_t wanted = 0;  // reports that a test provoked
class NothingElse final : public testing::Environment {
  void TearDown() override {
    EXPECT_EQ(valgrindReports(), wanted) << "valgrind's reports, less those that a test provoked";
  }
};
const testing::Environment* const kEnvironment = testing::AddGlobalTestEnvironment(new NothingElse);

class Bounds : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    if (!IsSkipped()) memory_.emplace(driver());
  }
  void TearDown() override {
    delegate_.reset();
    if (!underValgrind() && !IsSkipped() && !HasFailure()) GTEST_SKIP() << "runs under valgrind";
  }
  const ExactMemory& memory() const { return *memory_; }
  DeviceOptions options() const {
    DeviceOptions all = plain();
    if (const char* folder = std::getenv("TRIREME_TEST_CACHE")) all.cacheFolder = folder;
    return all;
  }
  void makeDelegateOfAllRows() {
    GpuOptions all;
    all.cacheDirectory = options().cacheFolder;
    auto made = makeDelegate(memory_->api(), all, false);
    ASSERT_TRUE(made.ok()) << made.status().message();
    delegate_ = std::move(made).value();
  }
  // Empty, or what is wrong. Rows that the device refuses are not its.
  std::string run(const OpCase& row) {
    Options options;
    options.setThreads(1).setStrategy("greedy").addDelegate(delegate_);
    auto interpreter = Interpreter::create(support::modelOf(row.graph()), options);
    if (!interpreter.ok()) return std::string(interpreter.status().message());
    for (const Placement& placement : interpreter.value()->compiled().placements()) {
      for (const auto& candidate : placement.candidates) {
        for (const Reason& reason : candidate.support.reasons()) {
          if (reason.code == ReasonCode::CompileFailed) return reason.detail;
        }
      }
    }
    if (support::nodesPerDelegate(interpreter.value()->compiled())["opencl"] == 0) return {};
    const support::Answer answer = support::invoke(*interpreter.value(), row.inputs());
    if (!answer.status.ok()) return std::string(answer.status.message());
    if (!interpreter.value()->faults().empty()) return "a fault";
    const Result<support::Tensors> right = row.byReference();
    if (!right.ok()) return std::string(right.status().message());
    return row.tolerance(0).compare(row.outputType(0), right.value()[0], answer.outputs[0]);
  }

 private:
  std::optional<ExactMemory> memory_;
  std::shared_ptr<Delegate> delegate_;
};

TEST_F(Bounds, AnElementBesideWhatIsBoundIsSeen) {
  constexpr int32_t kCount = 33;
  const auto gpu = device(memory().api(), options());
  ASSERT_TRUE(gpu);
  gpu::DispatchList list = reversing(kCount, 1, gpu->limits().bindingAlignment);
  const auto reportsOf = [&] {
    auto bound = bind(*gpu, list);
    EXPECT_TRUE(bound.ok()) << bound.status().message();
    const size_t before = valgrindReports();
    EXPECT_TRUE(bound.ok() && runOnce(*gpu, bound.value(), kCount).ok());
    return valgrindReports() - before;
  };
  EXPECT_EQ(0u, reportsOf());
  list.dispatches[0].bindings[0].bytes -= sizeof(float);
  const size_t reports = reportsOf();
  EXPECT_EQ(underValgrind(), reports > 0);
  wanted += reports;
}

TEST_F(Bounds, RowsOfTheConformanceTestTouchOnlyWhatIsBoundToThem) {
  makeDelegateOfAllRows();
  size_t rows = 0;
  for (const OpCase& row : conformance::allCases()) {
    if (!isChosen(row)) continue;
    const size_t before = valgrindReports();
    EXPECT_EQ("", run(row)) << row.name();
    EXPECT_EQ(before, valgrindReports()) << row.name() << ": valgrind reports";
    ++rows;
  }
  EXPECT_GT(rows, 50u);
  EXPECT_GE(memory().launches(), rows);
}

}  // namespace
}  // namespace trireme::opencl
