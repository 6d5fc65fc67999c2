#include <gtest/gtest.h>

#include "one_op.h"

namespace trireme::test {
namespace {

constexpr auto kFloat = DataType::Float32;

OneOp floatConv(std::vector<float> image, std::vector<int64_t> imageDims, std::vector<float> filter,
                std::vector<int64_t> filterDims, std::vector<float> bias, std::vector<int64_t> outDims,
                Conv2dParams params) {
  const auto channels = int64_t(bias.size());
  return {OpKind::Conv2d,
          params,
          {operand(tensorType(kFloat, std::move(imageDims)), image),
           operand(tensorType(kFloat, std::move(filterDims)), filter, true),
           operand(tensorType(kFloat, {channels}), bias, true)},
          {tensorType(kFloat, std::move(outDims))}};
}

TEST(Conv2d, AddsUpTheTapsInsideTheImage) {
  // 3x3 ones over 3x3 ones: corners see 4 taps, edges 6, the middle 9.
  const auto one = floatConv(std::vector<float>(9, 1), {1, 3, 3, 1}, std::vector<float>(9, 1), {1, 3, 3, 1}, {0.5f},
                             {1, 3, 3, 1}, {});
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{4.5f, 6.5f, 4.5f, 6.5f, 9.5f, 6.5f, 4.5f, 6.5f, 4.5f}));
}

TEST(Conv2d, StepsAndDilates) {
  Conv2dParams params;
  params.padding = Padding::Valid;
  params.strideH = params.strideW = 2;
  params.dilationH = params.dilationW = 2;
  std::vector<float> image(25);
  for (size_t i = 0; i < image.size(); ++i) image[i] = float(i);
  const auto one = floatConv(image, {1, 5, 5, 1}, {1, 10, 100, 1000}, {1, 2, 2, 1}, {0}, {1, 2, 2, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{13020, 15242, 24130, 26352}));
}

TEST(Conv2d, KeepsGroupsApart) {
  Conv2dParams params;
  // Two groups of one channel, two filters each.
  const auto one = floatConv({3, 5}, {1, 1, 1, 2}, {1, 2, 3, 4}, {4, 1, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 4}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{3, 6, 15, 20}));
}

TEST(Conv2d, ClampsToTheFusedActivation) {
  Conv2dParams params;
  params.activation = Activation::Relu6;
  const auto one = floatConv({-1, 2, 9}, {1, 1, 3, 1}, {1}, {1, 1, 1, 1}, {0}, {1, 1, 3, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{0, 2, 6}));
}

TEST(Conv2d, WorksWithoutABias) {
  auto one = floatConv({2}, {1, 1, 1, 1}, {3}, {1, 1, 1, 1}, {7}, {1, 1, 1, 1}, {});
  one.inputs[2] = absent();
  EXPECT_EQ(runOneAs<float>(one), std::vector<float>{6});
  one.inputs.pop_back();
  EXPECT_EQ(runOneAs<float>(one), std::vector<float>{6});
}

TEST(Conv2d, TakesAnEmptyBatch) {
  const auto one = floatConv({}, {0, 3, 3, 1}, std::vector<float>(9, 1), {1, 3, 3, 1}, {0}, {0, 3, 3, 1}, {});
  EXPECT_TRUE(runOneAs<float>(one).empty());
}

OneOp byteConv(DataType dtype, int32_t imageZero, int32_t filterZero) {
  const bool isSigned = dtype == DataType::Int8;
  OneOp one{OpKind::Conv2d,
            Conv2dParams{},
            {operand(tensorType(dtype, {1, 1, 2, 2}, 0.5f, imageZero), std::vector<uint8_t>{10, 20, 30, 40}),
             operand(tensorType(dtype, {1, 1, 1, 2}, 0.25f, filterZero), std::vector<uint8_t>{3, 5}, true),
             operand(tensorType(DataType::Int32, {1}, 0.125f, 0), std::vector<int32_t>{100}, true)},
            {tensorType(dtype, {1, 1, 2, 1}, 1.0f, isSigned ? -3 : 3)}};
  return one;
}

TEST(Conv2d, RescalesUInt8) {
  // (10 - 4) * (3 - 1) + (20 - 4) * (5 - 1) + 100 = 176, times 1/8 = 22, plus 3; then 52 + 144 + 100 = 296 -> 37 + 3.
  EXPECT_EQ(runOneAs<uint8_t>(byteConv(DataType::UInt8, 4, 1)), (std::vector<uint8_t>{25, 40}));
}

TEST(Conv2d, RescalesInt8ChannelByChannel) {
  OneOp one = byteConv(DataType::Int8, 4, 0);
  one.inputs[1] =
      operand(channelType(DataType::Int8, {2, 1, 1, 2}, {0.25f, 0.5f}, 0), std::vector<int8_t>{3, 5, 3, 5}, true);
  one.inputs[2] = operand(tensorType(DataType::Int32, {2}), std::vector<int32_t>{100, 100}, true);
  one.outputs = {tensorType(DataType::Int8, {1, 1, 2, 2}, 1.0f, -3)};
  // 6 * 3 + 16 * 5 + 100 = 198: 24.75 and 49.5; 26 * 3 + 36 * 5 + 100 = 358: 44.75 and 89.5.
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{22, 47, 42, 87}));
}

TEST(Conv2d, QuantisesTheImageOfAHybrid) {
  // Symmetric codes 127 and -64 of scale 2 / 127; filter 1 and 2 of scale 0.5.
  const OneOp one{OpKind::Conv2d,
                  Conv2dParams{},
                  {operand(tensorType(kFloat, {1, 1, 1, 2}), std::vector<float>{2, -1}),
                   operand(tensorType(DataType::Int8, {1, 1, 1, 2}, 0.5f, 0), std::vector<int8_t>{1, 2}, true),
                   operand(tensorType(kFloat, {1}), std::vector<float>{10}, true)},
                  {tensorType(kFloat, {1, 1, 1, 1})}};
  EXPECT_FLOAT_EQ(runOneAs<float>(one)[0], 10 - 1 * (2.0f / 127) * 0.5f);
}

TEST(DepthwiseConv2d, MultipliesChannels) {
  DepthwiseConv2dParams params;
  params.depthMultiplier = 2;
  const OneOp one{OpKind::DepthwiseConv2d,
                  params,
                  {operand(tensorType(kFloat, {1, 1, 1, 2}), std::vector<float>{3, 5}),
                   operand(tensorType(kFloat, {1, 1, 1, 4}), std::vector<float>{1, 2, 3, 4}, true),
                   operand(tensorType(kFloat, {4}), std::vector<float>{0, 0, 0, 1}, true)},
                  {tensorType(kFloat, {1, 1, 1, 4})}};
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{3, 6, 15, 21}));
}

TEST(Conv2d, SaysWhatIsWrong) {
  auto one = floatConv({1}, {1, 1, 1, 1}, {1}, {1, 1, 1, 1}, {0}, {1, 1, 1, 1}, {});
  OneOp broken = one;
  std::get<Conv2dParams>(broken.params).strideH = 0;
  EXPECT_NE(refusalOf(broken).find("stride 0x1"), std::string::npos) << refusalOf(broken);
  broken = one;
  broken.outputs = {tensorType(kFloat, {1, 1, 2, 1})};
  EXPECT_NE(refusalOf(broken).find("1x1x1x1"), std::string::npos) << refusalOf(broken);
  broken = one;
  broken.inputs[2] = operand(tensorType(kFloat, {2}), std::vector<float>{0, 0}, true);
  EXPECT_NE(refusalOf(broken).find("expected 1 elements"), std::string::npos) << refusalOf(broken);
  broken = one;
  std::get<Conv2dParams>(broken.params).activation = Activation::Tanh;
  EXPECT_NE(refusalOf(broken).find("activation"), std::string::npos) << refusalOf(broken);
}

TEST(Conv2d, RefusesQuantisationThatItCannotHonour) {
  const auto reasonOf = [](const OneOp& one) {
    const Support support = supportsOne(one);
    return support.ok() ? "none" : std::string(reasonName(support.reasons()[0].code));
  };
  const std::string quantization(reasonName(ReasonCode::Quantization)), dataType(reasonName(ReasonCode::DataType));
  OneOp one = byteConv(DataType::Int8, 4, 0);
  EXPECT_EQ(reasonOf(one), "none");
  one.inputs[0].type.quantization.zeroPoints = {300};  // beyond int8
  EXPECT_EQ(reasonOf(one), quantization);
  one = byteConv(DataType::Int8, 4, 1);  // int8 filters are symmetric
  EXPECT_EQ(reasonOf(one), quantization);
  one = byteConv(DataType::UInt8, 4, 1);
  one.inputs[2].type.quantization.scales = {5.0f};  // the bias was made for other scales
  EXPECT_EQ(reasonOf(one), quantization);
  one = byteConv(DataType::Int8, 4, 0);
  one.outputs[0].quantization.scales = {1e-30f};
  EXPECT_EQ(reasonOf(one), quantization);
  one = byteConv(DataType::Int8, 4, 0);
  one.inputs[1].type.dtype = DataType::UInt8;
  EXPECT_EQ(reasonOf(one), dataType);
  one = byteConv(DataType::Int8, 4, 0);
  one.inputs[0].type.quantization = {};
  EXPECT_EQ(reasonOf(one), quantization);
}

TEST(Conv2d, SurvivesSizesThatOverflow) {
  auto one = floatConv({1}, {1, 1, 1, 1}, {1}, {1, 1, 1, 1}, {0}, {1, 1, 1, 1}, {});
  std::get<Conv2dParams>(one.params).strideW = INT32_MAX;
  std::get<Conv2dParams>(one.params).dilationW = INT32_MAX;
  EXPECT_FALSE(refusalOf(one).empty());
  std::get<Conv2dParams>(one.params).strideW = 1 << 30;
  std::get<Conv2dParams>(one.params).dilationW = 1 << 30;
  EXPECT_EQ(runOneAs<float>(one), std::vector<float>{1});
}

}  // namespace
}  // namespace trireme::test
