#include <algorithm>
#include <cmath>
#include <cstring>

#include <zlib.h>

#include "tests/models/known_model.h"

// Known answers of models that turn numbers into numbers.
namespace trireme::models {
namespace {

class Numbers : public KnownAnswer {};

TEST_F(Numbers, SineInFloat) {
  for (const float x : {0.0f, 1.0f, 3.0f, 5.0f}) {
    const auto outputs = run("tflm/hello_world_float.tflite", {support::bytesOf(std::vector<float>{x})});
    ASSERT_EQ(1u, outputs.size());
    EXPECT_NEAR(std::sin(x), outputs[0].at(0), 0.05) << x;
  }
}

TEST_F(Numbers, SineInInt8) {
  const std::pair<int8_t, float> rows[] = {{-96, 0.77f}, {-63, 1.57f}, {-34, 2.3f}, {0, 3.14f}};
  for (const auto& [code, x] : rows) {
    const auto outputs = run("tflm/hello_world_int8.tflite", {support::bytesOf(std::vector<int8_t>{code})});
    ASSERT_EQ(1u, outputs.size());
    EXPECT_NEAR(std::sin(x), outputs[0].at(0), 0.05) << x;
  }
}

TEST_F(Numbers, KeywordsInInt16AreExact) {
  const auto outputs = runRaw("armzoo/ds_cnn_s_int16.tflite",
                              {support::npyBytes(data_ / "reference/armzoo/ds_cnn_s_int16_input.npy")}, nullptr);
  ASSERT_EQ(1u, outputs.size());
  EXPECT_EQ(support::npyBytes(data_ / "reference/armzoo/ds_cnn_s_int16_output.npy"), outputs[0]);
}

TEST_F(Numbers, AnomalyScoreOfAQuietCar) {
  const auto windows = support::fileBytes(data_ / "reference/mlperf_tiny/ad01_normal_id_01_00000000_hist_librosa.bin");
  constexpr size_t kWindow = 640;
  ASSERT_EQ(40 * kWindow * sizeof(float), windows.size());
  auto file = Model::fromFile(models_ / "mlperf_tiny/ad01_fp32.tflite");
  ASSERT_TRUE(file.ok()) << file.status().message();
  auto interpreter = Interpreter::create(file.value());
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  double sum = 0;
  for (size_t window = 0; window < 40; ++window) {
    const auto first = windows.begin() + ptrdiff_t(window * kWindow * sizeof(float));
    const std::vector<std::byte> input(first, first + ptrdiff_t(kWindow * sizeof(float)));
    const support::Answer answer = support::invoke(*interpreter.value(), {input});
    ASSERT_TRUE(answer.status.ok()) << answer.status.message();
    const auto x = dequantized(answer.types[0], input), y = dequantized(answer.types[0], answer.outputs[0]);
    for (size_t i = 0; i < kWindow; ++i) sum += (double(x[i]) - y[i]) * (double(x[i]) - y[i]);
  }
  EXPECT_NEAR(9.70710781339692, sum / double(40 * kWindow), 0.02);
}

std::vector<uint8_t> unpacked(const std::filesystem::path& path, size_t skip) {
  std::vector<uint8_t> bytes(10'000'000);
  gzFile file = gzopen(path.c_str(), "rb");
  const int count = gzread(file, bytes.data(), unsigned(bytes.size()));
  gzclose(file);
  if (count < int(skip)) return {};
  return {bytes.begin() + ptrdiff_t(skip), bytes.begin() + count};
}

TEST_F(Numbers, EveryDigitIsReadRightly) {
  const auto images = unpacked(data_ / "mnist/test-images-idx3-ubyte.gz", 16);
  const auto labels = unpacked(data_ / "mnist/test-labels-idx1-ubyte.gz", 8);
  ASSERT_EQ(1000u, labels.size());
  ASSERT_EQ(labels.size() * 784, images.size());
  auto file = Model::fromFile(models_ / "gotflite/mnist_cnn_f32.tflite");
  ASSERT_TRUE(file.ok()) << file.status().message();
  auto interpreter = Interpreter::create(file.value());
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  size_t right = 0;
  for (size_t digit = 0; digit < labels.size(); ++digit) {
    const std::vector<float> pixels(images.begin() + ptrdiff_t(digit * 784),
                                    images.begin() + ptrdiff_t(digit * 784 + 784));
    const support::Answer answer = support::invoke(*interpreter.value(), {support::asFloat(pixels, 1 / 255.0f, 0)});
    ASSERT_TRUE(answer.status.ok()) << answer.status.message();
    right += largest(dequantized(answer.types[0], answer.outputs[0])) == labels[digit] ? 1 : 0;
  }
  EXPECT_EQ(1000u, right);
}

}  // namespace
}  // namespace trireme::models
