#include "delegates/gpu/cache_file.h"

#include <gtest/gtest.h>

#include <fstream>

namespace trireme::gpu {
namespace {

const DriverIdentity kDriver = {"opencl", "A platform", "A vendor", "A device / 5", "OpenCL 3.0, 1.2.3"};

std::vector<std::byte> bytesOf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}
std::vector<CacheSection> two() {
  return {{CacheSection::Kind::Programs, "some kernels", bytesOf("binary of some length")},
          {CacheSection::Kind::SelfCheck, "verdict", {}}};
}
std::filesystem::path freshFolder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / ("trireme-cache-" + name);
  std::filesystem::remove_all(folder);
  return folder;
}

TEST(CacheFile, WhatIsWrittenIsRead) {
  const auto read = readCache(kDriver, writeCache(kDriver, two()));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read.value(), two());
}

TEST(CacheFile, EveryShorterFileIsRejectedOrHasFewerSections) {
  const std::vector<std::byte> whole = writeCache(kDriver, two());
  size_t readable = 0;
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const auto read = readCache(kDriver, std::span(whole).first(bytes));
    if (!read.ok()) {
      EXPECT_EQ(read.status().code(), Code::InvalidArgument);
      EXPECT_FALSE(read.status().message().empty());
      continue;
    }
    ++readable;
    EXPECT_LT(read.value().size(), 2u);
  }
  EXPECT_EQ(readable, 2u);  // cut between sections: what is there is whole
}

TEST(CacheFile, EveryFlippedBitIsRejected) {
  const std::vector<std::byte> whole = writeCache(kDriver, two());
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::vector<std::byte> spoiled = whole;
    spoiled[bit / 8] ^= std::byte(uint8_t(1u << (bit % 8)));
    EXPECT_FALSE(readCache(kDriver, spoiled).ok()) << "bit " << bit;
  }
}

TEST(CacheFile, BytesBehindTheEndAreRejected) {
  std::vector<std::byte> longer = writeCache(kDriver, two());
  longer.push_back(std::byte{0});
  EXPECT_FALSE(readCache(kDriver, longer).ok());
}

TEST(CacheFile, AnotherDriverOrDeviceIsNamed) {
  DriverIdentity other = kDriver;
  other.driver = "OpenCL 3.0, 1.2.4";
  const Status driver = readCache(other, writeCache(kDriver, two())).status();
  EXPECT_NE(driver.message().find("1.2.3"), std::string::npos);
  EXPECT_NE(driver.message().find("1.2.4"), std::string::npos);
  other = kDriver;
  other.device = "Another";
  EXPECT_NE(readCache(other, writeCache(kDriver, two())).status().message().find("Another"), std::string::npos);
}

TEST(CacheFile, AddingKeepsTheOthersAndReplacesTheSame) {
  const CacheFile file(freshFolder("adding"), kDriver);
  EXPECT_TRUE(file.read().value().empty());
  ASSERT_TRUE(file.add(two()).ok());
  const std::vector<CacheSection> newer = {{CacheSection::Kind::Programs, "some kernels", bytesOf("newer")},
                                           {CacheSection::Kind::Programs, "others", bytesOf("more")}};
  ASSERT_TRUE(file.add(newer).ok());
  const auto read = file.read();
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read.value().size(), 3u);
  EXPECT_EQ(read.value()[0].name, "verdict");
  EXPECT_EQ(read.value()[1].bytes, bytesOf("newer"));
}

TEST(CacheFile, TheOldestSectionsGoWhenItGrowsTooLarge) {
  const CacheFile file(freshFolder("large"), kDriver, 1000);
  for (const std::string_view name : {"first", "second", "third"}) {
    const std::vector<CacheSection> one = {
        {CacheSection::Kind::Programs, std::string(name), std::vector<std::byte>(300)}};
    ASSERT_TRUE(file.add(one).ok());
  }
  const auto read = file.read();
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read.value().size(), 2u);
  EXPECT_EQ(read.value()[0].name, "second");
  EXPECT_LE(std::filesystem::file_size(file.path()), 1000u);
}

TEST(CacheFile, AFileOfAnotherKindIsRejectedAndWrittenAnew) {
  const CacheFile file(freshFolder("foreign"), kDriver);
  ASSERT_TRUE(file.add({}).ok());
  std::ofstream(file.path()) << "some text of somebody else";
  EXPECT_NE(file.read().status().message().find(file.path().string()), std::string::npos);
  ASSERT_TRUE(file.add(two()).ok());
  EXPECT_EQ(file.read().value(), two());
}

TEST(CacheFile, TwoDevicesHaveTwoFilesAndADriverUpdateHasTheSame) {
  DriverIdentity other = kDriver;
  other.driver = "2";
  EXPECT_EQ(CacheFile("x", kDriver).path(), CacheFile("x", other).path());
  other.platform = "B";
  EXPECT_NE(CacheFile("x", kDriver).path(), CacheFile("x", other).path());
}

constexpr QuirkLine kLine = {
    "opencl", "platform", "device", "1.2", "1.10", [](Quirks& quirks) { quirks.halfStorage = false; }, "a test"};

TEST(Quirks, ALineIsAppliedWhereEveryWordFits) {
  DriverIdentity identity = {"opencl", "A platform", "A vendor", "A device", "1.9"};
  const auto half = [&] { return quirksOf(identity, std::span(&kLine, 1)).halfStorage; };
  EXPECT_FALSE(half());
  identity.driver = "1.10";
  EXPECT_TRUE(half());
  identity.driver = "1.1.9";
  EXPECT_TRUE(half());
  identity.driver = "1.2";
  EXPECT_FALSE(half());
  identity.api = "vulkan";
  EXPECT_TRUE(half());
  identity = {"opencl", "A platform", "A vendor", "Another", "1.9"};
  EXPECT_TRUE(half());
}

TEST(Quirks, EveryLineOfTheTableHasItsReasonAndDoesSomething) {
  for (const QuirkLine& line : quirkLines()) {
    EXPECT_FALSE(line.why.empty());
    Quirks quirks;
    line.apply(quirks);
    EXPECT_NE(quirks, Quirks());
  }
}

}  // namespace
}  // namespace trireme::gpu
