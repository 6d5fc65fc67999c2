#include <fstream>
#include <iterator>

#include "delegates/vulkan/vulkan_delegate.h"
#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

// What a driver compiled, between processes. Whatever becomes of the file, pipelines are there.
namespace trireme::vulkan {
namespace {

using script::Function;
using script::Script;

class VulkanCacheTest : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    options_ = plain();
    options_.cacheFolder = folder_.path();
    options_.log = [this](std::string_view sentence) { said_.emplace_back(sentence); };
  }
  void compileOnce(Loader loader) const {
    auto one = open(loader, options_);
    ASSERT_TRUE(one.ok()) << one.status().message();
    auto bound = bind(*one.value(), reversing(50, 2, 256));
    ASSERT_TRUE(bound.ok()) << bound.status().message();
    EXPECT_EQ(runOnce(*one.value(), bound.value(), 50).value(), counting(50, false));
  }
  // The file, of which there must be one.
  std::string bytes() const {
    std::ifstream stream(folder_.onlyFile(), std::ios::binary);
    return {(std::istreambuf_iterator<char>(stream)), {}};
  }
  void expectSaidOnceAndMadeAnew(std::string_view spoiled, std::string_view words) {
    compileOnce(driver());
    const std::filesystem::path file = folder_.onlyFile();
    ASSERT_FALSE(file.empty());
    said_.clear();
    std::ofstream(file, std::ios::binary) << spoiled;
    compileOnce(driver());
    ASSERT_EQ(said_.size(), 1u);
    EXPECT_NE(said_[0].find(words), std::string::npos) << said_[0];
    EXPECT_NE(said_[0].find(file.filename().string()), std::string::npos) << said_[0];
    compileOnce(driver());
    EXPECT_EQ(said_.size(), 1u);
  }

  TemporaryFolder folder_;
  std::vector<std::string> said_;
  DeviceOptions options_;
};

TEST_F(VulkanCacheTest, RatesAreMeasuredOnce) {
  GpuOptions options;
  options.cacheDirectory = folder_.path();
  const auto measuring = [&] {
    Script script(driver());
    auto made = makeDelegate(script.loader(), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    if (!made.ok()) return uint64_t{0};
    const uint64_t before = script.calls(Function::vkQueueSubmit);
    made.value()->renew();
    return script.calls(Function::vkQueueSubmit) - before;
  };
  EXPECT_GT(measuring(), 50u);
  EXPECT_EQ(measuring(), 0u);
}

TEST_F(VulkanCacheTest, PipelinesAreKeptAndGivenToTheDriverAgain) {
  static size_t given = 0;
  given = 0;
  script::Overlay overlay(driver());
  overlay.put<PFN_vkCreatePipelineCache>(
      "vkCreatePipelineCache", [](VkDevice which, const VkPipelineCacheCreateInfo* info,
                                  const VkAllocationCallbacks* callbacks, VkPipelineCache* cache) {
        given = info->initialDataSize;
        return script::Overlay::below<PFN_vkCreatePipelineCache>("vkCreatePipelineCache")(which, info, callbacks,
                                                                                          cache);
      });
  compileOnce(overlay.loader());
  EXPECT_EQ(given, 0u);
  EXPECT_FALSE(folder_.onlyFile().empty());
  compileOnce(overlay.loader());
  EXPECT_GT(given, 0u);
  EXPECT_TRUE(said_.empty());
}

TEST_F(VulkanCacheTest, ADamagedFileIsSaidOnceAndMadeAnew) {
  compileOnce(driver());
  std::string spoiled = bytes();
  ASSERT_GT(spoiled.size(), 50u);
  spoiled[spoiled.size() - 20] = char(spoiled[spoiled.size() - 20] ^ 1);
  expectSaidOnceAndMadeAnew(spoiled, "damaged");
}

TEST_F(VulkanCacheTest, AFileThatEndsTooEarlyIsSaidOnceAndMadeAnew) {
  compileOnce(driver());
  const std::string whole = bytes();
  expectSaidOnceAndMadeAnew(whole.substr(0, whole.size() / 2), "");
}

TEST_F(VulkanCacheTest, AFileOfAnotherDriverIsSaidOnceAndMadeAnew) {
  const gpu::DriverIdentity other{"vulkan", "Another", "Acme", "Big Card", "1.1.0, 00"};
  const gpu::CacheSection section{gpu::CacheSection::Kind::Programs, "pipelines", std::vector<std::byte>(100)};
  const std::vector<std::byte> foreign = gpu::writeCache(other, std::span(&section, 1));
  expectSaidOnceAndMadeAnew({reinterpret_cast<const char*>(foreign.data()), foreign.size()}, "driver");
}

TEST_F(VulkanCacheTest, WhatTheDriverRefusesIsSaidAndCompiledAnew) {
  compileOnce(driver());
  Script script(driver());
  script.failCall(Function::vkCreatePipelineCache, 1, VK_ERROR_OUT_OF_HOST_MEMORY);
  compileOnce(script.loader());
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("compiled anew"), std::string::npos) << said_[0];
  EXPECT_EQ(script.calls(Function::vkCreatePipelineCache), 2u);
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanCacheTest, AFolderThatCannotBeUsedIsSaidAndCostsNothing) {
  std::ofstream(folder_.path() / "file") << "x";
  options_.cacheFolder = folder_.path() / "file";  // no folder
  compileOnce(driver());
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("not kept"), std::string::npos) << said_[0];
}

TEST_F(VulkanCacheTest, TheSelfChecksVerdictIsKept) {
  options_.selfCheck = true;
  compileOnce(driver());
  Script script(driver());
  ASSERT_TRUE(open(script.loader(), options_).ok());
  EXPECT_EQ(script.calls(Function::vkQueueSubmit), 0u);
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanCacheTest, PipelinesThatAreThereCostNothing) {
  Script script(driver());
  const auto one = device(script.loader());
  const auto keys = keysOf(reversing(100, 2, 64));
  ASSERT_TRUE(one->compile(keys).ok());
  const uint64_t before = script.calls();
  ASSERT_TRUE(one->compile(keys).ok());
  EXPECT_EQ(script.calls(), before);
}

TEST_F(VulkanCacheTest, APipelineThatIsNotMadeIsNamedAndMadeTheNextTime) {
  Script script(driver());
  const auto one = device(script.loader());
  script.failCall(Function::vkCreateComputePipelines, 1, VK_ERROR_OUT_OF_DEVICE_MEMORY);
  const Status status = one->compile(keysOf(reversing(50, 1, 128)));
  EXPECT_EQ(status.code(), Code::OutOfMemory);
  EXPECT_NE(status.message().find("copy"), std::string::npos) << status.message();
  EXPECT_TRUE(one->compile(keysOf(reversing(50, 1, 128))).ok());
}

}  // namespace
}  // namespace trireme::vulkan
