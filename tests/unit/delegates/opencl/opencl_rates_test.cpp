#include <fstream>

#include "delegates/gpu/costs.h"
#include "delegates/opencl/limits.h"
#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

// A device's rates are measured once and kept beside its programs.
namespace trireme::opencl {
namespace {

using gpu::CacheSection;
using script::Function;
using script::Script;

class OpenClRatesTest : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    if (!IsSkipped() && !keepsPrograms()) GTEST_SKIP() << "a quirk says that nothing of this driver is kept";
  }
  struct Seen {
    uint64_t dispatches = 0;
    double start = 0;
  };
  // What a new delegate does until a plan can be made.
  Seen plan(bool measures = true) const {
    Script script(driver());
    GpuOptions options;
    options.cacheDirectory = folder_.path();
    auto made = makeDelegate(script.api(), options, measures);
    EXPECT_TRUE(made.ok()) << made.status().message();
    if (!made.ok()) return {};
    const uint64_t before = script.calls(Function::clEnqueueNDRangeKernel);
    made.value()->renew();
    return {script.calls(Function::clEnqueueNDRangeKernel) - before, made.value()->info().rates.startSeconds};
  }
  std::vector<CacheSection> rates() const {
    auto read = cacheFile().read();
    EXPECT_TRUE(read.ok()) << read.status().message();
    std::vector<CacheSection> found = read.ok() ? std::move(read).value() : std::vector<CacheSection>();
    std::erase_if(found, [](const CacheSection& one) { return one.kind != CacheSection::Kind::Rates; });
    return found;
  }
  gpu::CacheFile cacheFile() const { return {folder_.path(), identityOf(record())}; }
  void expectMeasuredAnewThenKept() const {
    EXPECT_GT(plan().dispatches, 50u);
    EXPECT_EQ(plan().dispatches, 0u);
  }

 private:
  support::TemporaryFolder folder_;
};

TEST_F(OpenClRatesTest, ASecondDeviceWithTheSameCacheMeasuresNothing) {
  const Seen first = plan();
  EXPECT_GT(first.dispatches, 50u);
  ASSERT_EQ(rates().size(), 1u);
  const auto kept = gpu::readRates(rates()[0].bytes);
  ASSERT_TRUE(kept.ok() && kept.value());
  EXPECT_EQ(kept.value()->submitSeconds, first.start);
  const Seen second = plan();
  EXPECT_EQ(second.dispatches, 0u);
  EXPECT_EQ(second.start, first.start);
}

TEST_F(OpenClRatesTest, ADelegateThatDoesNotMeasureKeepsNothing) {
  EXPECT_EQ(plan(false).dispatches, 0u);
  EXPECT_TRUE(rates().empty());
}

TEST_F(OpenClRatesTest, AfterADamagedFileTheyAreMeasuredAnew) {
  plan();
  std::ifstream stream(cacheFile().path(), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  ASSERT_GT(bytes.size(), 100u);
  bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(cacheFile().path(), std::ios::binary) << bytes;
  expectMeasuredAnewThenKept();
}

TEST_F(OpenClRatesTest, RatesThatNoDeviceHasAreMeasuredAnew) {
  plan();
  std::vector<CacheSection> spoiled = rates();
  ASSERT_EQ(spoiled.size(), 1u);
  gpu::GpuRates none;
  spoiled[0].bytes = gpu::writeRates(none);
  ASSERT_TRUE(cacheFile().add(spoiled).ok());
  expectMeasuredAnewThenKept();
}

TEST_F(OpenClRatesTest, RatesOfAnotherDriverAreMeasuredAnew) {
  plan();
  const std::vector<CacheSection> sections = rates();
  gpu::DriverIdentity other = identityOf(record());
  other.driver += ".1";
  const gpu::CacheFile file(cacheFile().path().parent_path(), other);
  ASSERT_EQ(file.path(), cacheFile().path());
  ASSERT_TRUE(file.add(sections).ok());
  expectMeasuredAnewThenKept();
}

TEST_F(OpenClRatesTest, RatesOfOtherBuildOptionsAreNotTaken) {
  plan();
  std::vector<CacheSection> sections = rates();
  ASSERT_EQ(sections.size(), 1u);
  std::filesystem::remove(cacheFile().path());
  sections[0].name += " and others";
  ASSERT_TRUE(cacheFile().add(sections).ok());
  expectMeasuredAnewThenKept();
}

}  // namespace
}  // namespace trireme::opencl
