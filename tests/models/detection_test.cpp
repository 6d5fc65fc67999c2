#include <algorithm>
#include <cmath>

#include "tests/models/known_model.h"

// Known answers of models that find things and joints.
namespace trireme::models {
namespace {

class Detection : public KnownAnswer {
 protected:
  static constexpr const char* kSsd = "tfsupport/coco_ssd_mobilenet_v1_1.0_quant.tflite";
};

struct Found {
  float x, y, width, height, score;
  int label;
};

// Outputs of the SSD: boxes (top, left, bottom, right), classes, scores, count.
std::vector<Found> found(const std::vector<std::vector<float>>& outputs, float width, float height) {
  std::vector<Found> all;
  for (size_t i = 0; i < size_t(outputs[3][0]); ++i) {
    const float* box = &outputs[0][i * 4];
    all.push_back({box[1] * width, box[0] * height, (box[3] - box[1]) * width, (box[2] - box[0]) * height,
                   outputs[2][i], int(outputs[1][i])});
  }
  return all;
}

TEST_F(Detection, FindsTheCatsAndTheDog) {
  const auto outputs = run(kSsd, pictureInput(picture("tfsupport/cats_and_dogs.jpg"), 300, 300, DataType::UInt8));
  ASSERT_EQ(4u, outputs.size());
  const std::vector<Found> all = found(outputs, 1200, 600);
  const Found wanted[] = {{54, 396, 393, 196, 0.644531f, 16},
                          {602, 157, 394, 447, 0.609375f, 16},
                          {259, 394, 181, 209, 0.5625f, 16},
                          {387, 197, 281, 409, 0.5f, 17}};
  ASSERT_GE(all.size(), std::size(wanted));
  for (size_t i = 0; i < std::size(wanted); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(wanted[i].label, all[i].label);
    EXPECT_NEAR(wanted[i].score, all[i].score, 0.03);
    EXPECT_NEAR(wanted[i].x, all[i].x, 8);
    EXPECT_NEAR(wanted[i].y, all[i].y, 8);
    EXPECT_NEAR(wanted[i].width, all[i].width, 8);
    EXPECT_NEAR(wanted[i].height, all[i].height, 8);
  }
}

TEST_F(Detection, FindsOneCat) {
  const auto outputs = run(kSsd, pictureInput(picture("coral/cat.bmp"), 300, 300, DataType::UInt8));
  ASSERT_EQ(4u, outputs.size());
  const std::vector<Found> all = found(outputs, 1, 1);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(16, all[0].label);
  EXPECT_GT(all[0].score, 0.7);
  // Expected: top 0.1, left 0.1, bottom 1, right 0.7.
  const float left = std::max(all[0].x, 0.1f), right = std::min(all[0].x + all[0].width, 0.7f);
  const float top = std::max(all[0].y, 0.1f), bottom = std::min(all[0].y + all[0].height, 1.0f);
  const float common = std::max(0.0f, right - left) * std::max(0.0f, bottom - top);
  EXPECT_GT(common / (all[0].width * all[0].height + 0.6f * 0.9f - common), 0.8);
}

class Pose : public KnownAnswer {};

TEST_F(Pose, PutsTheJointsWhereTheyAre) {
  const auto outputs = run("coral/movenet_single_pose_lightning_ptq.tflite",
                           pictureInput(picture("coral/squat.bmp"), 192, 192, DataType::UInt8));
  ASSERT_EQ(1u, outputs.size());
  ASSERT_EQ(17u * 3, outputs[0].size());
  // Rows: pose, pose score, keypoint, score, x, y.
  const auto rows = support::numbers(data_ / "reference/coral/movenet_single_pose_lightning_ptq_reference.csv");
  ASSERT_EQ(17u * 6, rows.size());
  size_t compared = 0;
  for (size_t joint = 0; joint < 17; ++joint) {
    const float y = outputs[0][joint * 3], x = outputs[0][joint * 3 + 1], score = outputs[0][joint * 3 + 2];
    const double* wanted = &rows[joint * 6];
    ASSERT_EQ(joint, size_t(wanted[2]));
    if (score <= 0.4f || wanted[3] <= 0.4) continue;
    ++compared;
    EXPECT_NEAR(wanted[4], x, 0.04) << "joint " << joint;
    EXPECT_NEAR(wanted[5], y, 0.04) << "joint " << joint;
  }
  EXPECT_GE(compared, 8u);
}

}  // namespace
}  // namespace trireme::models
