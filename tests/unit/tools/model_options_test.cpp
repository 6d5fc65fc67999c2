#include "tools/model_options.h"

#include <gtest/gtest.h>

namespace trireme::tools {
namespace {

using Pair = std::pair<std::string, std::string>;

TEST(SplitAtEquals, SplitsAtTheLastOne) {
  EXPECT_EQ(splitAtEquals("0=a.npy"), Pair("0", "a.npy"));
  EXPECT_EQ(splitAtEquals("odd=name=a.npy"), Pair("odd=name", "a.npy"));
  EXPECT_EQ(splitAtEquals("no file"), Pair());
}

TEST(SplitAtEquals, SplitsAtTheFirstEqualsAtWhereThereIsOne) {
  EXPECT_EQ(splitAtEquals("0=@a=b.npy"), Pair("0", "a=b.npy"));
  EXPECT_EQ(splitAtEquals("x=y=@a=@b"), Pair("x=y", "a=@b"));
}

TEST(SettleModel, TakesTheModelBackFromJson) {
  ModelOptions words;
  words.output.json = true;
  words.output.jsonFile = "model.tflite";
  EXPECT_TRUE(settleModel(words));
  EXPECT_EQ(words.path, "model.tflite");
  EXPECT_EQ(words.output.jsonFile, "");
  ModelOptions nothing;
  EXPECT_FALSE(settleModel(nothing));
}

TEST(PlanningOptions, RefuseWordsThatMeanNothing) {
  const Output output(OutputOptions{});
  std::vector<std::string> named;
  for (const auto& change : std::initializer_list<void (*)(ModelOptions&)>{
           [](ModelOptions& w) { w.strategy = "fastest"; }, [](ModelOptions& w) { w.strategy = "single:npu"; },
           [](ModelOptions& w) { w.pins = {"3"}; }, [](ModelOptions& w) { w.deviceTimeout = "soon"; },
           [](ModelOptions& w) { w.delegates = {"warp-drive"}; }}) {
    ModelOptions words;
    change(words);
    named.clear();
    EXPECT_EQ(planningOptions(words, output, named).status().code(), Code::InvalidArgument);
  }
}

TEST(PlanningOptions, KnowEveryStrategy) {
  std::vector<std::string> named;
  ModelOptions words;
  for (const char* strategy : {"optimal", "greedy", "nnapi", "per-op", "single:cpu"}) {
    words.strategy = strategy;
    EXPECT_TRUE(planningOptions(words, Output({}), named).ok()) << strategy;
  }
  words.strategy = "fastest";
  EXPECT_EQ(planningOptions(words, Output({}), named).status().message(),
            "--strategy fastest: expected one of optimal, greedy, nnapi, per-op, single:NAME");
}

TEST(PlanningOptions, NameTheDelegatesAsGiven) {
  ModelOptions words;
  std::vector<std::string> named;
  ASSERT_TRUE(planningOptions(words, Output({}), named).ok());
  EXPECT_EQ(named, std::vector<std::string>{"cpu"});
  words.delegates = {"cpu,isa=scalar"};
  named.clear();
  ASSERT_TRUE(planningOptions(words, Output({}), named).ok());
  EXPECT_EQ(named, std::vector<std::string>{"cpu"});
}

}  // namespace
}  // namespace trireme::tools
