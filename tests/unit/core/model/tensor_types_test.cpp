#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The constant tensor of the file as int8 4, quantised.
HandMade quantizedConstant(std::vector<float> scales, std::vector<int64_t> zeroPoints, int32_t axis = 0) {
  HandMade made;
  HandMade::Tensor& tensor = made.subgraphs[0].tensors[2];
  tensor.type = 9;
  tensor.shape = {4, 4};
  tensor.scales = std::move(scales);
  tensor.zeroPoints = std::move(zeroPoints);
  tensor.axis = axis;
  tensor.hasQuantization = true;
  return made;
}

Quantization quantizationOf(const HandMade& made) {
  const LoadedModel model = load(made);
  EXPECT_TRUE(model.ok()) << model.status().message();
  return model.ok() ? model.value()->subgraphs()[0].values()[2].type.quantization : Quantization{};
}

TEST(TensorTypes, ReadsOneScaleAsPerTensor) {
  const Quantization found = quantizationOf(quantizedConstant({0.5f}, {-3}));
  EXPECT_THAT(found.scales, ElementsAre(0.5f));
  EXPECT_THAT(found.zeroPoints, ElementsAre(-3));
  EXPECT_EQ(found.axis, -1);
}

TEST(TensorTypes, ReadsSeveralScalesAlongTheirAxis) {
  const Quantization found = quantizationOf(quantizedConstant({1, 2, 3, 4}, {0, 0, 0, 0}, 1));
  EXPECT_THAT(found.scales, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(found.axis, 1);
}

TEST(TensorTypes, TakesMissingZeroPointsForZeros) {
  EXPECT_THAT(quantizationOf(quantizedConstant({1, 2, 3, 4}, {})).zeroPoints, ElementsAre(0, 0, 0, 0));
}

TEST(TensorTypes, TakesASingleScaleOfZeroForNone) {
  EXPECT_TRUE(quantizationOf(quantizedConstant({0}, {0})).scales.empty());
  EXPECT_TRUE(quantizationOf(quantizedConstant({}, {})).scales.empty());
}

TEST(TensorTypes, KeepsAScaleOfZeroAmongOthers) {
  EXPECT_THAT(quantizationOf(quantizedConstant({1, 0, 3, 4}, {})).scales, ElementsAre(1, 0, 3, 4));
}

TEST(TensorTypes, LeavesFloatTensorsUnquantized) {
  HandMade made;
  made.subgraphs[0].tensors[2].scales = {0.5f};
  made.subgraphs[0].tensors[2].zeroPoints = {0};
  EXPECT_TRUE(quantizationOf(made).scales.empty());
}

TEST(TensorTypes, NamesScalesThatCannotBe) {
  const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(refusal(quantizedConstant({nan}, {0})), "subgraph 0, tensor 2 'c': quantization scale 0 is nan");
  EXPECT_EQ(refusal(quantizedConstant({1, 2, infinity, 4}, {})),
            "subgraph 0, tensor 2 'c': quantization scale 2 is inf");
  EXPECT_EQ(refusal(quantizedConstant({-1}, {0})), "subgraph 0, tensor 2 'c': quantization scale 0 is -1");
}

TEST(TensorTypes, NamesVectorsOfTheWrongLength) {
  EXPECT_EQ(refusal(quantizedConstant({1, 2}, {0, 0})),
            "subgraph 0, tensor 2 'c': 2 quantization scales, dimension 0 of shape 4x4 has 4 slices");
  EXPECT_EQ(refusal(quantizedConstant({1, 2, 3, 4}, {0})),
            "subgraph 0, tensor 2 'c': 4 quantization scales and 1 zero points");
  EXPECT_EQ(refusal(quantizedConstant({}, {0})), "loaded");  // nothing quantised, nothing to compare
}

TEST(TensorTypes, NamesAnAxisThatIsNotThere) {
  EXPECT_EQ(refusal(quantizedConstant({1, 2, 3, 4}, {}, 2)),
            "subgraph 0, tensor 2 'c': quantized_dimension is 2, the rank is 2");
  EXPECT_EQ(refusal(quantizedConstant({1, 2, 3, 4}, {}, -1)),
            "subgraph 0, tensor 2 'c': quantized_dimension is -1, the rank is 2");
}

TEST(TensorTypes, NamesAZeroPointOutsideTheType) {
  EXPECT_EQ(refusal(quantizedConstant({1}, {128})),
            "subgraph 0, tensor 2 'c': quantization zero point 0 is 128, int8 goes from -128 to 127");
  EXPECT_THAT(refusal(quantizedConstant({1}, {int64_t{1} << 40})), HasSubstr("zero point 0 is 1099511627776"));
}

// A file whose constant int8 tensor 2 is quantised in blocks of `size`, with scales and zero points in other tensors.
std::vector<std::byte> blockwise(int32_t scales, int32_t zeros, int32_t size, int8_t scaleType = 0) {
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<int32_t> shape{2, 4}, four{4}, none;
  const std::vector<uint8_t> data(8, 1), zeroBytes(16, 0);
  std::vector<uint8_t> scaleBytes;
  if (scaleType == 1) scaleBytes = {0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44};  // 1, 2, 3, 4 as float16
  if (scaleType == 0) scaleBytes.resize(16, 0x3f);
  const std::vector buffers{fb::CreateBufferDirect(builder), fb::CreateBufferDirect(builder, &data),
                            fb::CreateBufferDirect(builder, &scaleBytes), fb::CreateBufferDirect(builder, &zeroBytes)};
  const auto details = fb::CreateBlockwiseQuantization(builder, scales, zeros, size).Union();
  const auto quantization =
      fb::CreateQuantizationDirect(builder, nullptr, nullptr, fb::QuantizationDetails::BlockwiseQuantization, details);
  const std::vector tensors{fb::CreateTensorDirect(builder, &four, scaleType, 2, "scales"),
                            fb::CreateTensorDirect(builder, &four, 2, 3, "zeros"),
                            fb::CreateTensorDirect(builder, &shape, 9, 1, "c", quantization)};
  const std::vector graphs{fb::CreateSubGraphDirect(builder, &tensors, &none, &none)};
  builder.Finish(fb::CreateModelDirect(builder, 3, nullptr, &graphs, nullptr, &buffers), "TFL3");
  const auto bytes = std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize()));
  return {bytes.begin(), bytes.end()};
}

TEST(TensorTypes, ReadsScalesOfBlocks) {
  for (const int8_t scaleType : {int8_t{0}, int8_t{1}}) {
    const LoadedModel model = load(blockwise(0, 1, 2, scaleType));
    ASSERT_TRUE(model.ok()) << model.status().message();
    const Quantization& found = model.value()->subgraphs()[0].values()[2].type.quantization;
    EXPECT_EQ(found.blockSize, 2);
    EXPECT_THAT(found.zeroPoints, ElementsAre(0, 0, 0, 0));
    ASSERT_EQ(found.scales.size(), 4u);
    if (scaleType == 1) {
      EXPECT_THAT(found.scales, ElementsAre(1, 2, 3, 4));
    }
  }
}

TEST(TensorTypes, NamesBlocksThatCannotBe) {
  EXPECT_THAT(refusal(blockwise(0, 1, 3)), HasSubstr("blocks of 3 along the last dimension of shape 2x4"));
  EXPECT_THAT(refusal(blockwise(0, 1, 0)), HasSubstr("blocks of 0"));
  EXPECT_THAT(refusal(blockwise(0, 1, 4)), HasSubstr("16 bytes of blockwise scales, 2 blocks need 8"));
  EXPECT_THAT(refusal(blockwise(9, 1, 2)), HasSubstr("there is no tensor 9 with blockwise scales"));
  EXPECT_THAT(refusal(blockwise(-1, 1, 2)), HasSubstr("there is no tensor -1 with blockwise scales"));
  EXPECT_THAT(refusal(blockwise(1, 1, 2)), HasSubstr("blockwise scales of type int32"));
  EXPECT_THAT(refusal(blockwise(0, 0, 2)), HasSubstr("blockwise zero points of type float32"));
}

}  // namespace
}  // namespace trireme
