#include <algorithm>
#include <cmath>

#include "tests/models/known_model.h"

// Known answers of models that give pictures back: masks and larger pictures.
namespace trireme::models {
namespace {

class Segmentation : public KnownAnswer {};

// Common pixels over 2N - common, as the source of the expectation counts.
double agreement(const std::vector<float>& labels, const support::Picture& mask) {
  size_t common = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const int wanted = mask.pixels[i] == 255 ? 0 : mask.pixels[i];
    common += int(labels[i]) == wanted ? 1 : 0;
  }
  return double(common) / double(2 * labels.size() - common);
}

TEST_F(Segmentation, FindsTheBird) {
  const support::Picture bird = picture("coral/bird_segmentation.bmp");
  const support::Picture mask = picture("coral/bird_segmentation_mask.bmp", 1);
  const auto outputs =
      run("coral/deeplabv3_mnv2_dm05_pascal_quant.tflite", pictureInput(bird, 513, 513, DataType::UInt8));
  ASSERT_EQ(1u, outputs.size());
  ASSERT_EQ(mask.pixels.size(), outputs[0].size());
  EXPECT_GT(agreement(outputs[0], mask), 0.9);
}

TEST_F(Segmentation, AgreesWithTheGoldenMask) {
  const support::Picture golden = picture("tfsupport/segmentation_golden_rotation0.png", 1);
  const auto outputs = run(
      "tfsupport/deeplabv3_257_f32.tflite",
      pictureInput(picture("tfsupport/segmentation_input_rotation0.jpg"), 257, 257, DataType::Float32, 1 / 127.5f, -1));
  ASSERT_EQ(1u, outputs.size());
  constexpr size_t kClasses = 21;
  ASSERT_EQ(golden.pixels.size() * kClasses, outputs[0].size());
  size_t different = 0;
  for (size_t i = 0; i < golden.pixels.size(); ++i) {
    const auto first = outputs[0].begin() + ptrdiff_t(i * kClasses);
    const auto best = std::max_element(first, first + kClasses) - first;
    different += best * 10 != golden.pixels[i] ? 1 : 0;
  }
  EXPECT_LT(double(different) / double(golden.pixels.size()), 1e-2);
}

TEST_F(Segmentation, CutsThePersonOut) {
  const auto outputs = run("mediapipe/selfie_segmentation.tflite",
                           pictureInput(picture("coral/grace_hopper.bmp"), 256, 256, DataType::Float32, 1 / 255.0f));
  ASSERT_EQ(1u, outputs.size());
  const auto covered = std::count_if(outputs[0].begin(), outputs[0].end(), [](float share) { return share > 0.5f; });
  EXPECT_NEAR(0.578, double(covered) / double(outputs[0].size()), 0.01);
}

class SuperResolution : public KnownAnswer {
 protected:
  // The picture of 1920 x 1080 and the same at half the size.
  void prepare() {
    full_ = support::resizeBilinear(picture("coral/parrot.jpg"), 1920, 1080);
    for (float& pixel : full_) pixel = std::floor(pixel);
    half_ = support::resizeBilinear(full_, 3, 1920, 1080, 960, 540);
    for (float pixel : full_) wanted_.push_back(uint8_t(pixel));
  }
  std::vector<float> full_, half_;
  std::vector<uint8_t> wanted_;
};

TEST_F(SuperResolution, OfFloatBeatsBilinear) {
  prepare();
  const auto outputs = run("mlperf_mobile/edsr_f32b5_fp32.tflite", {support::asFloat(half_, 1, 0)});
  ASSERT_EQ(1u, outputs.size());
  std::vector<uint8_t> got;
  for (float pixel : outputs[0]) got.push_back(uint8_t(std::lround(std::clamp(pixel, 0.0f, 255.0f))));
  ASSERT_EQ(wanted_.size(), got.size());
  EXPECT_NEAR(43.05, psnr(wanted_, got), 0.1);
}

TEST_F(SuperResolution, OfInt8BeatsBilinear) {
  prepare();
  const auto outputs = runRaw("mlperf_mobile/edsr_f32b5_full_qint8.tflite", {support::asInt8(half_)}, nullptr);
  ASSERT_EQ(1u, outputs.size());
  std::vector<uint8_t> got;
  for (std::byte pixel : outputs[0]) got.push_back(uint8_t(pixel) ^ 0x80);
  ASSERT_EQ(wanted_.size(), got.size());
  EXPECT_NEAR(41.85, psnr(wanted_, got), 0.1);
}

}  // namespace
}  // namespace trireme::models
