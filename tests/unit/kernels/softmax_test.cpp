#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "one_op.h"

namespace trireme::test {
namespace {

OneOp softmax(float beta, Operand input, TensorType output) {
  return {OpKind::Softmax, SoftmaxParams{beta}, {std::move(input)}, {std::move(output)}};
}

TEST(Softmax, SumsToOne) {
  const auto one =
      softmax(1, operand(tensorType(DataType::Float32, {2, 3}), std::vector<float>{1, 2, 3, 1000, 0, -1000}),
              tensorType(DataType::Float32, {2, 3}));
  const auto found = runOneAs<float>(one);
  EXPECT_NEAR(found[0], 0.09003f, 1e-5f);
  EXPECT_NEAR(found[2], 0.66524f, 1e-5f);
  EXPECT_EQ(found[3], 1);
  EXPECT_EQ(found[5], 0);
}

TEST(Softmax, UsesBeta) {
  const auto one = softmax(2, operand(tensorType(DataType::Float32, {2}), std::vector<float>{0, 1}),
                           tensorType(DataType::Float32, {2}));
  EXPECT_NEAR(runOneAs<float>(one)[1], 1 / (1 + std::exp(-2.0f)), 1e-6f);
}

TEST(Softmax, StaysNearTheRealValuesOnIntegers) {
  const std::vector<int8_t> codes{-128, 0, 50, 90, 127};
  const std::vector<float> expected = [&] {
    std::vector<float> exps;
    for (const int8_t code : codes) exps.push_back(std::exp(0.05f * float(code)));
    const float sum = std::accumulate(exps.begin(), exps.end(), 0.0f);
    for (float& e : exps) e /= sum;
    return exps;
  }();
  const auto input = operand(tensorType(DataType::Int8, {5}, 0.05f, 7), codes);
  const auto narrow = runOneAs<int8_t>(softmax(1, input, tensorType(DataType::Int8, {5}, 1.0f / 256, -128)));
  const auto wide = runOneAs<int16_t>(softmax(1, input, tensorType(DataType::Int16, {5}, 1.0f / 65536, 0)));
  for (size_t i = 0; i < codes.size(); ++i) {
    EXPECT_NEAR(narrow[i] + 128, expected[i] * 256, 1.01);
    EXPECT_NEAR(wide[i] + 32768, expected[i] * 65536, 2.0);
  }
}

TEST(Softmax, SurvivesMoreEqualValuesThanItsSumHolds) {
  const std::vector<int8_t> codes(5000, 10);
  const auto one = softmax(1, operand(tensorType(DataType::Int8, {5000}, 0.05f, 0), codes),
                           tensorType(DataType::Int8, {5000}, 1.0f / 256, -128));
  EXPECT_EQ(runOneAs<int8_t>(one), std::vector<int8_t>(5000, -128));
}

TEST(Softmax, RefusesAnotherOutputScale) {
  const auto one = softmax(1, operand(tensorType(DataType::Int8, {1}, 0.05f, 0), std::vector<int8_t>{1}),
                           tensorType(DataType::Int8, {1}, 1.0f / 255, -128));
  EXPECT_NE(refusalOf(one).find("0.003906"), std::string::npos) << refusalOf(one);
}

TEST(Softmax, RefusesScalesBeyondItsFixedPoint) {
  const auto one = softmax(1e-20f, operand(tensorType(DataType::Int8, {1}, 0.05f, 0), std::vector<int8_t>{1}),
                           tensorType(DataType::Int8, {1}, 1.0f / 256, -128));
  EXPECT_NE(refusalOf(one).find("beta"), std::string::npos) << refusalOf(one);
}

}  // namespace
}  // namespace trireme::test
