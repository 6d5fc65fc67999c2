#include "tests/models/known_model.h"

// Known answers of classifiers: a picture in, a label and its score out.
namespace trireme::models {
namespace {

struct Row {
  const char* name;
  const char* model;
  const char* picture;
  int size;
  DataType type;
  size_t label, top;
  float score;  // at least
};

// x / 127.5 - 1 for the one float model.
constexpr Row kRows[] = {
    {"v1_128_cat", "coral/mobilenet_v1_0.25_128_quant.tflite", "coral/cat.bmp", 128, DataType::UInt8, 283, 3, 0.25f},
    {"v2_cat", "coral/mobilenet_v2_1.0_224_quant.tflite", "coral/cat.bmp", 224, DataType::UInt8, 286, 3, 0.7f},
    {"v2_ptq_cat", "coral/tf2_mobilenet_v2_1.0_224_ptq.tflite", "coral/cat.bmp", 224, DataType::UInt8, 286, 3, 0.6f},
    {"v2_hopper", "coral/mobilenet_v2_1.0_224_quant.tflite", "litert/grace_hopper_label_image.bmp", 224,
     DataType::UInt8, 653, 1, 0},
    {"v2_ptq_hopper", "coral/tf2_mobilenet_v2_1.0_224_ptq.tflite", "litert/grace_hopper_label_image.bmp", 224,
     DataType::UInt8, 653, 1, 0},
    {"edgetpu_hopper", "mlperf_mobile/mobilenet_edgetpu_224_1.0_uint8.tflite", "litert/grace_hopper_label_image.bmp",
     224, DataType::UInt8, 653, 1, 0},
    {"v2_parrot", "coral/mobilenet_v2_1.0_224_quant.tflite", "coral/parrot.jpg", 224, DataType::UInt8, 89, 1, 0},
    {"v1_128_parrot", "coral/mobilenet_v1_0.25_128_quant.tflite", "coral/parrot.jpg", 128, DataType::UInt8, 89, 1, 0},
    {"v2_ptq_parrot", "coral/tf2_mobilenet_v2_1.0_224_ptq.tflite", "coral/parrot.jpg", 224, DataType::UInt8, 89, 1, 0},
    {"edgetpu_cat", "mlperf_mobile/mobilenet_edgetpu_224_1.0_uint8.tflite", "coral/cat.bmp", 224, DataType::UInt8, 286,
     1, 0},
    {"v1_float_cat", "tfsupport/mobilenet_v1_0.25_224_f32.tflite", "coral/cat.bmp", 224, DataType::Float32, 286, 1, 0},
    {"v1_cat", "tfsupport/mobilenet_v1_0.25_224_quant.tflite", "coral/cat.bmp", 224, DataType::UInt8, 286, 1, 0},
};

class Classification : public KnownAnswer, public testing::WithParamInterface<Row> {};

TEST_P(Classification, FindsTheLabel) {
  const Row& row = GetParam();
  const auto outputs = run(row.model, pictureInput(picture(row.picture), row.size, row.size, row.type, 1 / 127.5f, -1));
  ASSERT_EQ(1u, outputs.size());
  ASSERT_EQ(1001u, outputs[0].size());
  EXPECT_TRUE(among(outputs[0], row.label, row.top)) << "found " << largest(outputs[0]);
  EXPECT_GT(outputs[0][row.label], row.score);
}

std::string rowName(const testing::TestParamInfo<Row>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Pictures, Classification, testing::ValuesIn(kRows), rowName);

class Burger : public KnownAnswer {};

TEST_F(Burger, IsACheeseburgerWithTheKnownScore) {
  const auto outputs = run("tfsupport/mobilenet_v1_0.25_224_quant.tflite",
                           pictureInput(picture("tfsupport/burger.jpg"), 224, 224, DataType::UInt8));
  ASSERT_EQ(1u, outputs.size());
  EXPECT_EQ(934u, largest(outputs[0]));
  EXPECT_NEAR(0.96, outputs[0][934], 0.01);
}

}  // namespace

}  // namespace trireme::models
