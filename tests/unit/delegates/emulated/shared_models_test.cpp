#include "tests/support/shared_files.h"
#include "tests/unit/delegates/emulated/emulated_run.h"

// Published models through every profile of the library.
namespace trireme::emulated {
namespace {

class SharedModel : public testing::TestWithParam<const char*> {};

TEST_P(SharedModel, GivesTheCpusBitsThroughEveryProfile) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  const auto model = Model::fromFile(*folder / GetParam());
  ASSERT_TRUE(model.ok()) << model.status().message();
  const support::Answer wanted = onCpu(model.value(), 3);
  ASSERT_TRUE(wanted.status.ok()) << wanted.status.message();
  size_t emulated = 0;
  for (const std::string& name : profileNames()) {
    const Profile profile = loadProfile(name).value();
    for (const char* strategy : {"greedy", "per-op"}) {
      SCOPED_TRACE(name + " " + strategy);
      const Options options =
          with({device(profile, EmulationMode::Functional, nullptr, "emulated:" + name)}).setStrategy(strategy);
      auto interpreter = Interpreter::create(model.value(), options);
      ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
      emulated += support::nodesPerDelegate(interpreter.value()->compiled())["emulated:" + name];
      const support::Answer answer =
          support::invoke(*interpreter.value(), support::randomInputs(*interpreter.value(), 3));
      ASSERT_TRUE(answer.status.ok()) << answer.status.message();
      EXPECT_TRUE(interpreter.value()->faults().empty());
      if (!profile.exact()) continue;
      EXPECT_EQ("", compare(wanted, answer));
    }
  }
  EXPECT_GT(emulated, 20u);
}

INSTANTIATE_TEST_SUITE_P(Of, SharedModel,
                         testing::Values("mlperf_tiny/ic01_resnet8_fp32.tflite", "mlperf_tiny/ic01_resnet8_int8.tflite",
                                         "mlperf_tiny/kws01_dscnn_int8.tflite", "mlperf_tiny/vww01_fp32.tflite",
                                         "tfsupport/mobilenet_v1_0.25_224_quant.tflite",
                                         "mediapipe/face_detection_short_range.tflite"),
                         [](const auto& file) { return "number" + std::to_string(file.index); });

}  // namespace
}  // namespace trireme::emulated
