#include <algorithm>
#include <fstream>
#include <iterator>

#include "delegates/opencl/opencl_delegate.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

// Choosing a device, and what its driver compiled between processes.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

DeviceRecord named(std::string name, std::string platform, bool usable = true) {
  DeviceRecord record;
  record.name = std::move(name);
  record.platformName = std::move(platform);
  record.usable = usable;
  if (!usable) record.why = "it says 'OpenCL 1.1', and OpenCL 1.2 is the least that is needed";
  return record;
}
const std::vector<DeviceRecord> kThree = {named("Old Thing", "Ancient", false),
                                          named("pthread-CPU", "Portable Computing Language"),
                                          named("GeForce", "NVIDIA CUDA")};

TEST(OpenClChoice, WithoutAWordTheFirstUsableDeviceIsTaken) {
  EXPECT_EQ(chooseDevice(kThree, "").value().name, "pthread-CPU");
}

TEST(OpenClChoice, APositionCountsEveryDevice) {
  EXPECT_EQ(chooseDevice(kThree, "2").value().name, "GeForce");
  EXPECT_EQ(chooseDevice(kThree, "0").status().code(), Code::Unsupported);
  EXPECT_NE(chooseDevice(kThree, "0").status().message().find("1.2 is the least"), std::string::npos);
}

TEST(OpenClChoice, APartOfANameOrOfItsPlatformWillDoInAnyCase) {
  EXPECT_EQ(chooseDevice(kThree, "gefor").value().name, "GeForce");
  EXPECT_EQ(chooseDevice(kThree, "PORTABLE").value().name, "pthread-CPU");
}

TEST(OpenClChoice, WhatIsNotThereIsAnsweredWithWhatIs) {
  for (const std::string_view word : {"3", "Radeon", "99999999999999999999"}) {
    const Status status = chooseDevice(kThree, word).status();
    EXPECT_EQ(status.code(), Code::Unsupported) << word;
    for (const std::string_view there : {"0 (Old Thing; Ancient)", "1 (pthread-CPU", "2 (GeForce"}) {
      EXPECT_NE(status.message().find(there), std::string::npos) << status.message();
    }
  }
}

TEST(OpenClChoice, NoDeviceAtAllIsSaid) {
  EXPECT_EQ(chooseDevice({}, "1").status().code(), Code::Unsupported);
  EXPECT_NE(chooseDevice({}, "").status().message().find("no OpenCL device"), std::string::npos);
}

class OpenClProgramsTest : public WithDriver {};

class OpenClCacheTest : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    if (!IsSkipped() && !keepsPrograms()) GTEST_SKIP() << "a quirk says that this driver's binaries are not kept";
  }
};

TEST_F(OpenClProgramsTest, PlatformsThatFailOrAreEmptyArePassedOver) {
  Script script(driver());
  const size_t all = listDevices(script.api()).size();
  ASSERT_GT(all, 0u);
  script.failFrom(Function::clGetDeviceIDs, 1, CL_DEVICE_NOT_FOUND);
  EXPECT_TRUE(listDevices(script.api()).empty());
  script.failCall(Function::clGetPlatformIDs, 1, -1001);
  EXPECT_TRUE(listDevices(script.api()).empty());
  const auto listing = listDelegates(script.api());
  ASSERT_FALSE(listing.empty());
}

TEST_F(OpenClProgramsTest, TheFirstUsableDeviceIsListedByTheNameAlone) {
  const auto listing = listDelegates(driver());
  const auto usable = std::ranges::find_if(listing, [](const DelegateListing& one) { return one.usable.ok(); });
  ASSERT_NE(usable, listing.end());
  EXPECT_EQ(usable->spec, "opencl");
  EXPECT_NE(usable->driver.find("OpenCL"), std::string::npos);
}

// What compiled from source in one process is loaded in the next.
TEST_F(OpenClCacheTest, CompiledProgramsAreKeptAndLoaded) {
  const TemporaryFolder folder;
  DeviceOptions options = plain();
  options.cacheFolder = folder.path();
  for (const bool first : {true, false}) {
    Script script(driver());
    {
      const auto one = device(script.api(), options);
      auto bound = bind(*one, reversing(100, 2, one->limits().bindingAlignment));
      ASSERT_TRUE(bound.ok()) << bound.status().message();
      EXPECT_EQ(runOnce(*one, bound.value(), 100).value(), counting(100, false));
    }
    EXPECT_EQ(script.calls(Function::clCreateProgramWithSource), first ? 1u : 0u);
    EXPECT_EQ(script.calls(Function::clCreateProgramWithBinary), first ? 0u : 1u);
    EXPECT_FALSE(folder.onlyFile().empty());
  }
}

TEST_F(OpenClCacheTest, OnlyWhatTheCacheLacksIsCompiled) {
  const TemporaryFolder folder;
  DeviceOptions options = plain();
  options.cacheFolder = folder.path();
  {
    const auto one = device(driver(), options);
    ASSERT_TRUE(bind(*one, reversing(100, 1, 64)).ok());
  }
  Script script(driver());
  const auto one = device(script.api(), options);
  auto bound = bind(*one, reversing(100, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  EXPECT_EQ(runOnce(*one, bound.value(), 100).value(), counting(100, false));
  EXPECT_EQ(script.calls(Function::clCreateProgramWithSource), 1u);
  EXPECT_EQ(script.calls(Function::clCreateProgramWithBinary), 1u);
}

TEST_F(OpenClProgramsTest, KernelsThatAreThereCostNothing) {
  Script script(driver());
  const auto one = device(script.api());
  const auto keys = keysOf(reversing(100, 2, 64));
  ASSERT_TRUE(one->compile(keys).ok());
  const uint64_t before = script.calls();
  ASSERT_TRUE(one->compile(keys).ok());
  EXPECT_EQ(script.calls(), before);
}

TEST_F(OpenClCacheTest, ADamagedCacheIsSaidOnceAndMadeAnew) {
  const TemporaryFolder folder;
  std::vector<std::string> said;
  DeviceOptions options = plain();
  options.cacheFolder = folder.path();
  options.log = [&](std::string_view sentence) { said.emplace_back(sentence); };
  const auto compileOnce = [&] { ASSERT_TRUE(bind(*device(driver(), options), reversing(50, 2, 128)).status().ok()); };
  compileOnce();
  const std::filesystem::path file = folder.onlyFile();
  std::ifstream stream(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  ASSERT_GT(bytes.size(), 100u);
  EXPECT_TRUE(said.empty());
  bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(file, std::ios::binary) << bytes;
  compileOnce();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("damaged"), std::string::npos) << said[0];
  compileOnce();
  EXPECT_EQ(said.size(), 1u);
}

TEST_F(OpenClCacheTest, ABinaryThatTheDriverRefusesIsCompiledAnew) {
  const TemporaryFolder folder;
  DeviceOptions options = plain();
  options.cacheFolder = folder.path();
  ASSERT_TRUE(bind(*device(driver(), options), reversing(50, 2, 128)).status().ok());
  Script script(driver());
  script.failCall(Function::clCreateProgramWithBinary, 1, CL_INVALID_BINARY);
  const auto one = device(script.api(), options);
  EXPECT_TRUE(bind(*one, reversing(50, 2, 128)).status().ok());
  EXPECT_EQ(script.calls(Function::clCreateProgramWithSource), 1u);
}

TEST_F(OpenClCacheTest, ACacheThatCannotBeWrittenIsSaidAndCostsNothing) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  std::vector<std::string> said;
  DeviceOptions options = plain();
  options.cacheFolder = folder.path() / "file";  // no folder
  options.log = [&](std::string_view sentence) { said.emplace_back(sentence); };
  EXPECT_TRUE(bind(*device(driver(), options), reversing(50, 2, 128)).status().ok());
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("not kept"), std::string::npos);
}

TEST_F(OpenClCacheTest, TheSelfChecksVerdictIsKept) {
  const TemporaryFolder folder;
  DeviceOptions options;
  options.cacheFolder = folder.path();
  static_cast<void>(device(driver(), options));
  Script script(driver());
  static_cast<void>(device(script.api(), options));
  EXPECT_EQ(script.calls(Function::clEnqueueNDRangeKernel), 0u);
}

TEST_F(OpenClProgramsTest, AProgramThatDoesNotBuildIsNamedWithTheCompilersFirstLines) {
  const TemporaryFolder folder;
  static const Api* real = nullptr;
  real = &driver();
  Api api = driver();
  // The compiler is given something else.
  api.clCreateProgramWithSource = [](cl_context context, cl_uint, const char**, const size_t*, cl_int* code) {
    const char* text = "__kernel void broken(__global int* x) { x[0] = this_is_unknown; }";
    return real->clCreateProgramWithSource(context, 1, &text, nullptr, code);
  };
  DeviceOptions options = plain();
  options.logFile = folder.path() / "compiler.log";
  const auto one = device(api, options);
  const Status status = one->compile(keysOf(reversing(50, 1, 128)));
  EXPECT_EQ(status.code(), Code::Unsupported);
  EXPECT_NE(status.message().find("copy"), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("this_is_unknown"), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("compiler.log"), std::string::npos);
  std::ifstream stream(options.logFile);
  const std::string log((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_NE(log.find("this_is_unknown"), std::string::npos);
  EXPECT_TRUE(one->health().ok());
}

}  // namespace
}  // namespace trireme::opencl
