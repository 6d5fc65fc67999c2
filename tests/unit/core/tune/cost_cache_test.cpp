#include "core/tune/cost_cache.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "core/tune/machine.h"

namespace trireme::tune {
namespace {

using plan::MeasuredCosts;
using testing::HasSubstr;
using testing::IsEmpty;

class CostCacheTest : public testing::Test {
 protected:
  CostCacheTest() {
    std::string name = (std::filesystem::temp_directory_path() / "costs-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~CostCacheTest() override { std::filesystem::remove_all(folder); }
  std::filesystem::path file() const { return folder / "deep" / kCostFile; }
  void put(std::string_view text) const {
    std::filesystem::create_directories(file().parent_path());
    std::ofstream(file()) << text;
  }
  std::string text() const {
    std::ifstream in(file());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::filesystem::path folder;
};

const CostKey kCpu{"a machine", "1.0", "cpu", "2 threads", "avx2", "exact"};

MeasuredCosts someCosts() {
  MeasuredCosts costs;
  costs.nodes["RELU float32; ; x"] = {3e-6, 1e-6};
  costs.nodes["ADD int8; 1; x"] = {4e-6, 2e-6};
  costs.fusions["a => b"] = 5e-7;
  costs.startSeconds = 6e-6;
  costs.copyStartSeconds = 7e-6;
  costs.copyBytesPerSecond = 8e9;
  costs.spread = 0.04;
  return costs;
}

void expectEqual(const MeasuredCosts& a, const MeasuredCosts& b) {
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (const auto& [signature, time] : a.nodes) {
    ASSERT_TRUE(b.nodes.contains(signature)) << signature;
    EXPECT_DOUBLE_EQ(time.seconds, b.nodes.at(signature).seconds);
    EXPECT_DOUBLE_EQ(time.estimated, b.nodes.at(signature).estimated);
  }
  EXPECT_EQ(a.fusions.size(), b.fusions.size());
  for (const auto& [pair, saved] : a.fusions) EXPECT_DOUBLE_EQ(saved, b.fusions.at(pair));
  EXPECT_DOUBLE_EQ(a.startSeconds.value_or(-1), b.startSeconds.value_or(-1));
  EXPECT_DOUBLE_EQ(a.copyStartSeconds.value_or(-1), b.copyStartSeconds.value_or(-1));
  EXPECT_DOUBLE_EQ(a.copyBytesPerSecond.value_or(-1), b.copyBytesPerSecond.value_or(-1));
  EXPECT_DOUBLE_EQ(a.spread, b.spread);
}

TEST_F(CostCacheTest, ReadsWhatItWrote) {
  CostCache cache;
  cache.add(kCpu, someCosts());
  ASSERT_TRUE(cache.write(file()).ok());
  const auto read = CostCache::read(file());
  ASSERT_TRUE(read.ok()) << read.status().message();
  ASSERT_NE(read.value().find(kCpu), nullptr);
  expectEqual(*read.value().find(kCpu), someCosts());
}

TEST_F(CostCacheTest, LeavesNoOtherFileBehind) {
  ASSERT_TRUE(CostCache().write(file()).ok());
  const std::filesystem::directory_iterator files(file().parent_path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(CostCacheTest, WithoutAFileItIsEmpty) {
  const auto read = CostCache::read(file());
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read.value().empty());
}

TEST_F(CostCacheTest, EveryPartOfTheKeyCounts) {
  CostCache cache;
  cache.add(kCpu, someCosts());
  for (std::string CostKey::*part : {&CostKey::machine, &CostKey::version, &CostKey::delegate, &CostKey::device,
                                     &CostKey::driver, &CostKey::precision}) {
    CostKey other = kCpu;
    other.*part += "!";
    EXPECT_EQ(cache.find(other), nullptr);
  }
}

TEST_F(CostCacheTest, NewTimesReplaceOldOnesAndTheOthersStay) {
  CostCache cache;
  cache.add(kCpu, someCosts());
  MeasuredCosts newer;
  newer.nodes["RELU float32; ; x"] = {30e-6, 1e-6};
  newer.startSeconds = 60e-6;
  CostKey other = kCpu;
  other.machine = "another";
  cache.add(other, someCosts());
  cache.add(kCpu, newer);
  const auto found = cache.find(kCpu);
  EXPECT_EQ(found->nodes.at("RELU float32; ; x").seconds, 30e-6);
  EXPECT_EQ(found->nodes.at("ADD int8; 1; x").seconds, 4e-6);
  EXPECT_EQ(found->startSeconds, 60e-6);
  EXPECT_EQ(found->copyStartSeconds, 7e-6);
  expectEqual(*cache.find(other), someCosts());
}

TEST_F(CostCacheTest, MergingKeepsTheSectionsOfOtherMachines) {
  CostCache first, second;
  CostKey other = kCpu;
  other.machine = "another";
  first.add(other, someCosts());
  second.add(kCpu, someCosts());
  ASSERT_TRUE(first.write(file()).ok());
  ASSERT_TRUE(mergeInto(file(), second, {}).ok());
  const auto read = CostCache::read(file());
  EXPECT_NE(read.value().find(other), nullptr);
  EXPECT_NE(read.value().find(kCpu), nullptr);
}

TEST_F(CostCacheTest, DamagedFilesAreNamedWithTheFault) {
  CostCache good;
  good.add(kCpu, someCosts());
  ASSERT_TRUE(good.write(file()).ok());
  const std::string whole = text();
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = whole;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  const std::pair<std::string, const char*> damages[] = {
      {whole.substr(0, whole.size() / 2), "parse error"},
      {"", "parse error"},
      {"[1, 2]", "'trireme_costs' is missing"},
      {with("\"trireme_costs\": 1", "\"trireme_costs\": 7"), "another format"},
      {with("\"driver\"", "\"drivel\""), "'driver' is missing"},
      {with("\"avx2\"", "7"), "'driver' is no text"},
      {with("8000000000.0", "-1"), "'copy_bytes_per_second' is -1"},
      {with("8000000000.0", "\"fast\""), "'copy_bytes_per_second' is no number"},
      {with("8000000000.0", "1e999"), "number overflow"},
      {with("\"nodes_us\": {", "\"nodes_us\": {\"X\": [1], "), "'X' has no two times"},
      {std::string(100000, '['), "parse error"},
  };
  for (const auto& [damage, fault] : damages) {
    put(damage);
    const auto read = CostCache::read(file());
    ASSERT_FALSE(read.ok()) << damage.substr(0, 300);
    EXPECT_EQ(read.status().code(), Code::InvalidArgument);
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(fault));
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(file().string()));
  }
}

TEST_F(CostCacheTest, ADamagedFileIsMadeAnewAndTheLogToldOnce) {
  put("{]");
  CostCache newer;
  newer.add(kCpu, someCosts());
  std::vector<std::string> said;
  ASSERT_TRUE(mergeInto(file(), newer, [&](std::string_view line) { said.emplace_back(line); }).ok());
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("it is made anew"));
  expectEqual(*CostCache::read(file()).value().find(kCpu), someCosts());
}

TEST_F(CostCacheTest, AFolderThatCannotBeIsAnIoError) {
  put("{}");
  const auto read = CostCache::read(file() / kCostFile);
  EXPECT_EQ(read.status().code(), Code::Io);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("is no folder"));
  const Status status = CostCache().write(file() / kCostFile);
  EXPECT_EQ(status.code(), Code::Io);
  EXPECT_THAT(std::string(status.message()), HasSubstr(kCostFile));
}

TEST(Machine, IsNamedAlikeEachTimeWithCachesAndCores) {
  EXPECT_EQ(machineClass(), machineClass());
  EXPECT_THAT(machineClass(), HasSubstr("L2 "));
  EXPECT_THAT(machineClass(), HasSubstr(" cores"));
}

}  // namespace
}  // namespace trireme::tune
