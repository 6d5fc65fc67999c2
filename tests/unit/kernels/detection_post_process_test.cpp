#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

// Three anchors: two that overlap by 0.8, one far away. Scores of a background and two classes.
const std::vector<float> kAnchors{0.5f, 0.5f, 1, 1, 0.5f, 0.6f, 1, 0.8f, 5, 5, 1, 1};
const std::vector<float> kScores{0, 0.9f, 0.1f, 0, 0.3f, 0.8f, 0, 0.2f, 0.7f};

DetectionPostProcessParams params(bool regular) {
  DetectionPostProcessParams p;
  p.maxDetections = 3;
  p.maxClassesPerDetection = 1;
  p.detectionsPerClass = 3;
  p.classes = 2;
  p.nmsScoreThreshold = 0.25f;
  p.nmsIouThreshold = 0.5f;
  p.scaleY = p.scaleX = 10;
  p.scaleH = p.scaleW = 5;
  p.regularNms = regular;
  return p;
}

OneNode detection(const DetectionPostProcessParams& p) {
  OneNode node(OpKind::TfliteDetectionPostProcess, p);
  node.input<float>({1, 3, 4}, std::vector<float>(12))
      .input<float>({1, 3, 3}, kScores)
      .constant<float>({3, 4}, kAnchors);
  const int64_t outputs = int64_t(p.maxDetections) * p.maxClassesPerDetection;
  node.output(Float32, {1, outputs, 4}).output(Float32, {1, outputs}).output(Float32, {1, outputs});
  node.output(Float32, {1});
  return node;
}

TEST(DetectionPostProcessKernel, FastSuppressionLooksAtTheBestClassOfABox) {
  OneNode node = detection(params(false));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(3), (std::vector<float>{2}));
  EXPECT_EQ(node.out<float>(0), (std::vector<float>{0, 0, 1, 1, 4.5f, 4.5f, 5.5f, 5.5f, 0, 0, 0, 0}));
  EXPECT_EQ(node.out<float>(1), (std::vector<float>{0, 1, 0}));
  EXPECT_EQ(node.out<float>(2), (std::vector<float>{0.9f, 0.7f, 0}));
}

TEST(DetectionPostProcessKernel, FastSuppressionPutsOutTheNextClassesToo) {
  DetectionPostProcessParams p = params(false);
  p.maxClassesPerDetection = 2;
  OneNode node = detection(p);
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(1), (std::vector<float>{0, 1, 1, 0, 0, 0}));
  EXPECT_EQ(node.out<float>(2), (std::vector<float>{0.9f, 0.1f, 0.7f, 0.2f, 0, 0}));
}

TEST(DetectionPostProcessKernel, RegularSuppressionTreatsClassesApart) {
  OneNode node = detection(params(true));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(3), (std::vector<float>{3}));
  EXPECT_EQ(node.out<float>(1), (std::vector<float>{0, 1, 1}));
  EXPECT_EQ(node.out<float>(2), (std::vector<float>{0.9f, 0.8f, 0.7f}));
}

TEST(DetectionPostProcessKernel, ReadsCodes) {
  OneNode node(OpKind::TfliteDetectionPostProcess, params(false));
  node.input<uint8_t>({1, 1, 4}, {128, 148, 128, 128}, scaled(1, 128))
      .input<uint8_t>({1, 1, 2}, {10, 200}, scaled(0.005f))
      .constant<uint8_t>({1, 4}, {5, 5, 10, 10}, scaled(0.1f));
  node.output(Float32, {1, 3, 4}).output(Float32, {1, 3}).output(Float32, {1, 3}).output(Float32, {1});
  ASSERT_TRUE(node.run().ok());
  const std::vector<float> box = node.out<float>(0);
  EXPECT_NEAR(box[0], 0, 1e-6);
  EXPECT_NEAR(box[1], 2, 1e-6);  // 20 / 10 to the right
  EXPECT_NEAR(box[3], 3, 1e-6);
  EXPECT_EQ(node.out<float>(1)[0], 1);
  EXPECT_EQ(node.out<float>(2)[0], 1.0f);
}

TEST(DetectionPostProcessKernel, RefusesBoxesWithTheirEndsTheWrongWayRound) {
  OneNode node(OpKind::TfliteDetectionPostProcess, params(false));
  node.input<float>({1, 1, 4}, std::vector<float>(4))
      .input<float>({1, 1, 2}, {1, 1})
      .input<float>({1, 4}, {0, 0, -1, 1});
  node.output(Float32, {1, 3, 4}).output(Float32, {1, 3}).output(Float32, {1, 3}).output(Float32, {1});
  const Status status = node.run();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_NE(status.message().find("box 0"), std::string::npos);
}

TEST(DetectionPostProcessKernel, RefusesFewerAnchorsThanBoxes) {
  OneNode node(OpKind::TfliteDetectionPostProcess, params(false));
  node.input<float>({1, 2, 4}, std::vector<float>(8))
      .input<float>({1, 2, 2}, std::vector<float>(4))
      .input<float>({1, 4}, std::vector<float>(4));
  node.output(Float32, {1, 3, 4}).output(Float32, {1, 3}).output(Float32, {1, 3}).output(Float32, {1});
  EXPECT_NE(node.reasons().find("for each of 2 boxes"), std::string::npos);
}

}  // namespace
}  // namespace trireme
