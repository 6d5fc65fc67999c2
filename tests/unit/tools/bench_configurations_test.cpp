#include "tools/bench_configurations.h"

#include <gtest/gtest.h>

namespace trireme::tools {
namespace {

using Words = std::vector<std::string>;
using Sets = std::vector<std::vector<size_t>>;

TEST(DelegateSets, AreTheCpuAloneEachDelegateAndAllTogether) {
  EXPECT_EQ(delegateSets(Words{"a", "b", "c"}), (Sets{{}, {0}, {1}, {2}, {0, 1, 2}}));
}

TEST(DelegateSets, HoldTheSameSetOnce) {
  EXPECT_EQ(delegateSets(Words{}), (Sets{{}}));
  EXPECT_EQ(delegateSets(Words{"a"}), (Sets{{}, {0}}));
  EXPECT_EQ(delegateSets(Words{"a", "a"}), (Sets{{}, {0}}));
  EXPECT_EQ(delegateSets(Words{"a", "b", "a"}), (Sets{{}, {0}, {1}, {0, 1}}));
}

TEST(DelegateSets, CountTheCpuForNone) {
  EXPECT_EQ(delegateSets(Words{"cpu,isa=scalar"}), (Sets{{}}));
  EXPECT_EQ(delegateSets(Words{"cpu", "a"}), (Sets{{}, {1}}));
}

TEST(DelegateSets, KeepDelegatesThatDifferInTheirKeysApart) {
  EXPECT_EQ(delegateSets(Words{"a,mode=paced", "a,mode=native"}), (Sets{{}, {0}, {1}, {0, 1}}));
}

TEST(ThreadCounts, AreAListWithoutRepetition) {
  EXPECT_EQ(threadCounts("2").value(), std::vector<int>{2});
  EXPECT_EQ(threadCounts("2,1,2").value(), (std::vector<int>{2, 1}));
  EXPECT_EQ(threadCounts("1024").value(), std::vector<int>{1024});
  EXPECT_GE(threadCounts("").value().at(0), 1);
}

TEST(ThreadCounts, RefuseWhatIsNoList) {
  for (const char* word : {"0", "x", "1,", ",1", "1,,2", "1 2", "-1", "1025", "1,0", "1.5", "99999999999"}) {
    const auto counts = threadCounts(word);
    EXPECT_EQ(counts.status().code(), Code::InvalidArgument) << word;
    EXPECT_NE(counts.status().message().find(word), std::string::npos);
  }
}

Result<std::vector<BenchConfiguration>> made(Words delegates, Words strategies, std::string threads) {
  BenchWords words;
  words.delegates = std::move(delegates);
  words.strategies = std::move(strategies);
  words.threadList = std::move(threads);
  return configurationsOf(words, Output({}));
}

TEST(ConfigurationsOf, AreEveryCombinationOnce) {
  const auto all = made({"emulated:npu-int8,mode=paced"}, {"optimal", "greedy", "optimal"}, "1,2");
  ASSERT_TRUE(all.ok()) << all.status().message();
  Words texts;
  for (const BenchConfiguration& one : all.value()) texts.push_back(configurationText(one));
  EXPECT_EQ(texts, (Words{"cpu, optimal, 1 thread", "cpu, optimal, 2 threads", "cpu, greedy, 1 thread",
                          "cpu, greedy, 2 threads", "emulated:npu-int8, optimal, 1 thread",
                          "emulated:npu-int8, optimal, 2 threads", "emulated:npu-int8, greedy, 1 thread",
                          "emulated:npu-int8, greedy, 2 threads"}));
  EXPECT_EQ(all.value()[4].specs, Words{"emulated:npu-int8,mode=paced"});
}

TEST(ConfigurationsOf, ShareTheirDelegatesWhereTheThreadsAreTheSame) {
  const auto all = made({"emulated:npu-int8"}, {"optimal", "greedy"}, "1,2").value();
  const auto cpuOf = [&](size_t i) { return all[i].options.settings().delegates.back(); };
  EXPECT_EQ(cpuOf(0), cpuOf(2));
  EXPECT_EQ(cpuOf(0), cpuOf(4));
  EXPECT_NE(cpuOf(0), cpuOf(1));
  EXPECT_EQ(all[4].options.settings().delegates.front(), all[6].options.settings().delegates.front());
  EXPECT_EQ(all[4].options.settings().delegates.size(), 2u);
}

TEST(ConfigurationsOf, NeverMakeANewPlanAfterAFault) {
  const auto all = made({}, {}, "1").value();
  for (const BenchConfiguration& one : all) EXPECT_TRUE(one.options.settings().strict);
}

TEST(ConfigurationsOf, UseTheCpuThatWasNamed) {
  const auto all = made({"cpu,isa=scalar"}, {}, "1").value();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].delegates, Words{"cpu"});
  EXPECT_EQ(all[0].specs, Words{"cpu,isa=scalar"});
  EXPECT_EQ(all[0].options.settings().delegates.size(), 1u);
}

TEST(ConfigurationsOf, RefuseWordsThatMeanNothing) {
  EXPECT_EQ(made({"warp"}, {}, "1").status().code(), Code::InvalidArgument);
  EXPECT_EQ(made({}, {"fastest"}, "1").status().code(), Code::InvalidArgument);
  EXPECT_EQ(made({}, {"optimal", "single:npu"}, "1").status().message(),
            "--strategy single:npu: expected single:NAME of cpu");
  EXPECT_EQ(made({"cpu", "cpu,isa=scalar"}, {}, "1").status().code(), Code::InvalidArgument);
}

}  // namespace
}  // namespace trireme::tools
