#include "tools/labels.h"

#include <gtest/gtest.h>

#include "tools/output.h"

namespace trireme::tools {
namespace {

TEST(Labels, AreTheLinesOfAFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "labels.txt";
  ASSERT_TRUE(writeFile(path, "background\r\ntench, Tinca tinca\n\nlast").ok());
  EXPECT_EQ(readLabels(path).value(), (std::vector<std::string>{"background", "tench, Tinca tinca", "", "last"}));
  EXPECT_EQ(readLabels("no/such/file").status().code(), Code::Io);
}

TEST(Top, RanksByScoreThenByIndex) {
  const std::vector<float> scores{0.1F, 0.7F, 0.7F, 0.2F};
  const TensorType type{DataType::Float32, Shape::create({1, 4}).value(), {}};
  const auto top = topOf(type, std::as_bytes(std::span(scores)), 3);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_EQ(top[0].index, 1u);
  EXPECT_EQ(top[1].index, 2u);
  EXPECT_EQ(top[2].index, 3u);
}

TEST(Top, GivesScoresInRealUnits) {
  const std::vector<uint8_t> scores{0, 255};
  const TensorType type{DataType::UInt8, Shape::create({1, 2}).value(), {{1.0F / 256}, {0}, -1, 0}};
  EXPECT_DOUBLE_EQ(topOf(type, std::as_bytes(std::span(scores)), 1)[0].score, 255.0 / 256);
  const TensorType text{DataType::String, Shape::create({1, 2}).value(), {}};
  EXPECT_TRUE(topOf(text, std::as_bytes(std::span(scores)), 1).empty());
}

}  // namespace
}  // namespace trireme::tools
