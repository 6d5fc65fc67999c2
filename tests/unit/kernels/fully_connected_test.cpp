#include <gtest/gtest.h>

#include "one_op.h"

namespace trireme::test {
namespace {

constexpr auto kFloat = DataType::Float32;

OneOp floatLayer(bool keepNumDims, std::vector<int64_t> outDims) {
  FullyConnectedParams params;
  params.keepNumDims = keepNumDims;
  return {OpKind::FullyConnected,
          params,
          {operand(tensorType(kFloat, {2, 1, 2}), std::vector<float>{1, 2, 3, 4}),
           operand(tensorType(kFloat, {3, 2}), std::vector<float>{1, 0, 0, 1, 1, 1}, true),
           operand(tensorType(kFloat, {3}), std::vector<float>{0, 10, 100}, true)},
          {tensorType(kFloat, std::move(outDims))}};
}

TEST(FullyConnected, MultipliesRowsWithUnits) {
  const std::vector<float> expected{1, 12, 103, 3, 14, 107};
  EXPECT_EQ(runOneAs<float>(floatLayer(false, {2, 3})), expected);
  EXPECT_EQ(runOneAs<float>(floatLayer(true, {2, 1, 3})), expected);
}

TEST(FullyConnected, RefusesAnotherOutputShape) {
  EXPECT_NE(refusalOf(floatLayer(true, {2, 3})).find("2x1x3"), std::string::npos);
  EXPECT_NE(refusalOf(floatLayer(false, {2, 1, 3})).find("2x3"), std::string::npos);
}

// One unit with the accumulator `sum` (from the bias), input scale 1, weight scale 1, output scale `scale`.
OneOp onlyBias(int32_t sum, float scale) {
  return {OpKind::FullyConnected,
          FullyConnectedParams{},
          {operand(tensorType(DataType::Int8, {1, 1}, 1.0f, 0), std::vector<int8_t>{0}),
           operand(tensorType(DataType::Int8, {1, 1}, 1.0f, 0), std::vector<int8_t>{0}, true),
           operand(tensorType(DataType::Int32, {1}, 1.0f, 0), std::vector<int32_t>{sum}, true)},
          {tensorType(DataType::Int8, {1, 1}, scale, 0)}};
}

TEST(FullyConnected, RoundsOnceInDouble) {
  EXPECT_EQ(runOneAs<int8_t>(onlyBias(5, 2)), std::vector<int8_t>{3});    // 2.5 away from zero
  EXPECT_EQ(runOneAs<int8_t>(onlyBias(-5, 2)), std::vector<int8_t>{-3});  // -2.5 away from zero
  // 2^30 / 2^24 = 64 less a little: two roundings of fixed point would push 63.49999998 up to 63.5 and then to 64.
  EXPECT_EQ(runOneAs<int8_t>(onlyBias((127 << 23) - 1, 16777216)), std::vector<int8_t>{63});
  EXPECT_EQ(runOneAs<int8_t>(onlyBias(1 << 30, 1)), std::vector<int8_t>{127});
}

TEST(FullyConnected, TakesWeightsWithAZeroPointAndOneScale) {
  OneOp one = onlyBias(0, 1);
  one.inputs[0] = operand(tensorType(DataType::Int8, {1, 1}, 1.0f, 2), std::vector<int8_t>{5});
  one.inputs[1] = operand(tensorType(DataType::Int8, {1, 1}, 1.0f, -3), std::vector<int8_t>{4}, true);
  EXPECT_EQ(runOneAs<int8_t>(one), std::vector<int8_t>{21});
}

TEST(FullyConnected, QuantisesEachRowOfAHybrid) {
  for (const bool asymmetric : {false, true}) {
    FullyConnectedParams params;
    params.asymmetricQuantizeInputs = asymmetric;
    const OneOp one{
        OpKind::FullyConnected,
        params,
        {operand(tensorType(kFloat, {2, 2}), std::vector<float>{1, 0.5f, 100, 25}),
         operand(channelType(DataType::Int8, {2, 2}, {0.5f, 1}, 0), std::vector<int8_t>{2, 0, 0, 1}, true), absent()},
        {tensorType(kFloat, {2, 2})}};
    const auto found = runOneAs<float>(one);
    const std::vector<float> expected{1, 0.5f, 100, 25};
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i], expected[i], (i < 2 ? 1 : 100) / 127.0f);
  }
}

// 600 products of 32767 * 127, more than 32 bits hold.
OneOp longSum(DataType stated) {
  FullyConnectedParams params;
  params.quantizedBiasType = stated;
  return {OpKind::FullyConnected,
          params,
          {operand(tensorType(DataType::Int16, {1, 600}, 1.0f, 0), std::vector<int16_t>(600, 32767)),
           operand(tensorType(DataType::Int8, {1, 600}, 1.0f, 0), std::vector<int8_t>(600, 127), true)},
          {tensorType(DataType::Int16, {1, 1}, 65536, 0)}};
}

TEST(FullyConnected, SumsInt16AsWideAsTheOptionsSay) {
  EXPECT_EQ(runOneAs<int16_t>(longSum(DataType::Float32)), std::vector<int16_t>{32767});
  EXPECT_EQ(runOneAs<int16_t>(longSum(DataType::Int64)), std::vector<int16_t>{32767});
  EXPECT_EQ(runOneAs<int16_t>(longSum(DataType::Int32)), std::vector<int16_t>{-27437}) << "it wraps";
  EXPECT_NE(refusalOf(longSum(DataType::Int8)).find("expected int32 or int64"), std::string::npos);
  OneOp narrow = longSum(DataType::Int64);
  narrow.inputs.push_back(operand(tensorType(DataType::Int32, {1}, 1.0f, 0), std::vector<int32_t>{0}, true));
  EXPECT_NE(refusalOf(narrow).find("quantized_bias_type is int64, the bias is not"), std::string::npos);
}

TEST(FullyConnected, RefusesShuffledWeights) {
  OneOp one = floatLayer(false, {2, 3});
  std::get<FullyConnectedParams>(one.params).shuffledWeights = true;
  EXPECT_NE(refusalOf(one).find("SHUFFLED4x16INT8"), std::string::npos);
}

TEST(FullyConnected, RefusesInputsThatDoNotDivide) {
  OneOp one = floatLayer(false, {2, 3});
  one.inputs[0] = operand(tensorType(kFloat, {3}), std::vector<float>{1, 2, 3});
  EXPECT_NE(refusalOf(one).find("rows of 2"), std::string::npos) << refusalOf(one);
}

}  // namespace
}  // namespace trireme::test
