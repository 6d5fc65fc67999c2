#include "delegates/gpu/device_cache.h"

#include <gtest/gtest.h>

#include <fstream>

namespace trireme::gpu {
namespace {

const DriverIdentity kDriver = {"opencl", "A platform", "A vendor", "A device", "OpenCL 3.0"};
const GpuRates kRates = {1e-5, 1e-6, 1e11, 1e10, 1e10, 1e-6};

struct Cache {
  explicit Cache(std::filesystem::path in, std::string form = "plain")
      : cache(kDriver,
              {std::move(in), "OpenCL", std::move(form), [this](std::string_view one) { said.emplace_back(one); }}) {}
  std::vector<std::string> said;
  DeviceCache cache;
};

class DeviceCacheTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "trireme-device-cache";
};

TEST_F(DeviceCacheTest, KeepsAVerdictForAllFormsAndRatesForTheirOwn) {
  {
    Cache first(folder);
    EXPECT_FALSE(first.cache.verdict());
    EXPECT_FALSE(first.cache.rates());
    first.cache.keepVerdict("good");
    first.cache.keepRates(kRates);
  }
  Cache same(folder), other(folder, "other");
  EXPECT_EQ(same.cache.verdict(), "good");
  EXPECT_EQ(same.cache.rates(), kRates);
  EXPECT_EQ(other.cache.verdict(), "good");
  EXPECT_FALSE(other.cache.rates());
  EXPECT_TRUE(same.said.empty());
}

TEST_F(DeviceCacheTest, KeepsNothingWithoutAFolder) {
  Cache none({});
  none.cache.keepVerdict("good");
  EXPECT_FALSE(none.cache.keeps());
  EXPECT_FALSE(none.cache.verdict());
  EXPECT_TRUE(none.said.empty());
}

TEST_F(DeviceCacheTest, TellsOnceOfAFileThatIsDamagedAndWritesItAnew) {
  Cache(folder).cache.keepVerdict("good");
  const std::filesystem::path file = std::filesystem::directory_iterator(folder)->path();
  std::ofstream(file, std::ios::binary | std::ios::in | std::ios::out).write("not ours", 8);
  Cache damaged(folder);
  EXPECT_FALSE(damaged.cache.verdict());
  EXPECT_FALSE(damaged.cache.rates());
  ASSERT_EQ(damaged.said.size(), 1u);
  EXPECT_NE(damaged.said[0].find("OpenCL programs kept earlier are not used"), std::string::npos) << damaged.said[0];
  EXPECT_NE(damaged.said[0].find(file.string()), std::string::npos) << damaged.said[0];
  damaged.cache.keepVerdict("good");
  EXPECT_EQ(Cache(folder).cache.verdict(), "good");
}

TEST_F(DeviceCacheTest, TellsOnceOfAFolderThatCannotBeMade) {
  std::ofstream(folder) << "a file in its place";
  Cache blocked(folder / "below");
  blocked.cache.keepVerdict("good");
  blocked.cache.keepRates(kRates);
  ASSERT_EQ(blocked.said.size(), 1u);
  EXPECT_FALSE(Cache(folder / "below").cache.verdict());
}

}  // namespace
}  // namespace trireme::gpu
