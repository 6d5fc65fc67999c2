#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recorded_case.h"

namespace trireme::test {
namespace {

class RecordedCases : public testing::TestWithParam<const char*> {};

// Every file has random operators of one family, with what LiteRT 2.3's reference kernels answered.
TEST_P(RecordedCases, GiveLiteRtsIntegersBitForBit) {
  std::ifstream file(std::filesystem::path(TRIREME_RECORDED_CASES) / (std::string(GetParam()) + ".json"));
  ASSERT_TRUE(file) << GetParam();
  const auto cases = nlohmann::json::parse(file);
  ASSERT_GT(cases.size(), 10u);
  for (size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i) + ", " + cases[i].at("op").get<std::string>() + " " +
                 cases[i].at("label").get<std::string>());
    const Bytes expected = readAnswers(cases[i]);
    const auto found = runOne(readCase(cases[i]));
    ASSERT_TRUE(found.ok()) << found.status().message();
    EXPECT_EQ(found.value(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, RecordedCases,
                         testing::Values("conv", "depthwise", "transpose_conv", "fully_connected", "batch_matmul",
                                         "pool", "softmax", "activation", "prelu", "quantize"),
                         [](const auto& family) { return std::string(family.param); });

}  // namespace
}  // namespace trireme::test
