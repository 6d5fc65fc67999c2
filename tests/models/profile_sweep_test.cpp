#include "tests/models/profile_sweep.h"

#include <gtest/gtest.h>

#include "tests/support/shared_files.h"

// A slice of the sweep that long_sweep_test.cpp makes: small models of every kind.
namespace trireme::models {
namespace {

class ProfileSweep : public testing::TestWithParam<const char*> {};

TEST_P(ProfileSweep, GivesTheCpusAnswerThroughEveryProfileAndStrategy) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  const Sweep sweep{everyProfile(), everyStrategy()};
  const SweepResult result = sweepModel(*folder / GetParam(), sweep);
  EXPECT_EQ(std::vector<std::string>(), result.wrong);
  EXPECT_EQ(sweep.profiles.size() * sweep.strategies.size(), result.plans);
  EXPECT_GT(result.delegated, 0u);
}

std::string fileName(const testing::TestParamInfo<const char*>& file) {
  return std::filesystem::path(file.param).stem().string().substr(0, 12) + std::to_string(file.index);
}
INSTANTIATE_TEST_SUITE_P(Of, ProfileSweep,
                         testing::Values("tflm/hello_world_float.tflite", "tflm/hello_world_int8.tflite",
                                         "gotflite/mnist_cnn_f32.tflite", "mlperf_tiny/ad01_fp32.tflite",
                                         "mlperf_tiny/ic01_resnet8_fp32.tflite", "mlperf_tiny/ic01_resnet8_int8.tflite",
                                         "mlperf_tiny/kws01_dscnn_int8.tflite",
                                         "mlperf_tiny/kws01_dscnn_dynrange.tflite", "dtln/dtln_model_1.tflite",
                                         "coral/mobilenet_v1_0.25_128_quant.tflite"),
                         fileName);

}  // namespace
}  // namespace trireme::models
