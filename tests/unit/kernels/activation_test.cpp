#include <gtest/gtest.h>

#include <cmath>

#include "one_op.h"

namespace trireme::test {
namespace {

std::vector<float> onFloats(OpKind op, std::vector<float> values, OpParams params = NoParams{}) {
  const auto count = int64_t(values.size());
  return runOneAs<float>({op,
                          std::move(params),
                          {operand(tensorType(DataType::Float32, {count}), values)},
                          {tensorType(DataType::Float32, {count})}});
}
template <class T>
OneOp onCodes(OpKind op, DataType dtype, std::vector<T> codes, float inScale, int32_t inZero, float outScale,
              int32_t outZero, OpParams params = NoParams{}) {
  const auto count = int64_t(codes.size());
  return {op,
          std::move(params),
          {operand(tensorType(dtype, {count}, inScale, inZero), codes)},
          {tensorType(dtype, {count}, outScale, outZero)}};
}

TEST(Activations, ClampFloats) {
  EXPECT_EQ(onFloats(OpKind::Relu, {-2, 0.5f, 9}), (std::vector<float>{0, 0.5f, 9}));
  EXPECT_EQ(onFloats(OpKind::Relu6, {-2, 0.5f, 9}), (std::vector<float>{0, 0.5f, 6}));
  EXPECT_EQ(onFloats(OpKind::ReluN1To1, {-2, 0.5f, 9}), (std::vector<float>{-1, 0.5f, 1}));
  EXPECT_EQ(onFloats(OpKind::Relu0To1, {-2, 0.5f, 9}), (std::vector<float>{0, 0.5f, 1}));
  EXPECT_EQ(onFloats(OpKind::Relu, {INFINITY})[0], INFINITY);
}

TEST(Activations, FollowTheirFormulas) {
  EXPECT_EQ(onFloats(OpKind::LeakyRelu, {-2, 3}, LeakyReluParams{0.5f}), (std::vector<float>{-1, 3}));
  EXPECT_EQ(onFloats(OpKind::HardSwish, {-4, 0, 3, 1}), (std::vector<float>{0, 0, 3, 4.0f / 6}));
  EXPECT_FLOAT_EQ(onFloats(OpKind::Elu, {-1})[0], std::exp(-1.0f) - 1);
  EXPECT_FLOAT_EQ(onFloats(OpKind::Tanh, {0.3f})[0], std::tanh(0.3f));
  EXPECT_FLOAT_EQ(onFloats(OpKind::Logistic, {0})[0], 0.5f);
  EXPECT_EQ(onFloats(OpKind::Logistic, {20})[0], 1.0f);
  EXPECT_GT(onFloats(OpKind::Logistic, {-80})[0], 0.0f);
  EXPECT_NEAR(onFloats(OpKind::Gelu, {1}, GeluParams{})[0], 0.841345f, 1e-6f);
  EXPECT_NEAR(onFloats(OpKind::Gelu, {1}, GeluParams{true})[0], 0.841192f, 1e-6f);
}

TEST(Activations, TabulateBytes) {
  const auto codes =
      runOneAs<uint8_t>(onCodes<uint8_t>(OpKind::Logistic, DataType::UInt8, {0, 128, 255}, 0.1f, 128, 1.0f / 256, 0));
  EXPECT_EQ(codes, (std::vector<uint8_t>{0, 128, 255}));
}

TEST(Activations, RescaleWhatTheyClamp) {
  // Input real values -1, 0.5, 10; the output has steps of 0.05 from -128.
  const auto codes =
      runOneAs<int8_t>(onCodes<int8_t>(OpKind::Relu6, DataType::Int8, {-10, 5, 100}, 0.1f, 0, 0.05f, -128));
  EXPECT_EQ(codes, (std::vector<int8_t>{-128, -118, -8}));
}

TEST(Activations, LeakBySign) {
  const auto codes = runOneAs<int16_t>(
      onCodes<int16_t>(OpKind::LeakyRelu, DataType::Int16, {-100, 100}, 0.1f, 0, 0.1f, 0, LeakyReluParams{0.25f}));
  EXPECT_EQ(codes, (std::vector<int16_t>{-25, 100}));
  const auto turned = runOneAs<int16_t>(
      onCodes<int16_t>(OpKind::LeakyRelu, DataType::Int16, {-100, 100}, 0.1f, 0, 0.1f, 0, LeakyReluParams{-0.25f}));
  EXPECT_EQ(turned, (std::vector<int16_t>{25, 100}));
}

TEST(Activations, StayNearTheirFunctionsOnWords) {
  std::vector<int16_t> codes;
  for (int code = -32768; code < 32768; code += 97) codes.push_back(int16_t(code));
  const auto sigmoid =
      runOneAs<int16_t>(onCodes(OpKind::Logistic, DataType::Int16, codes, 0.0003f, 0, 1.0f / 32768, 0));
  const auto tanh = runOneAs<int16_t>(onCodes(OpKind::Tanh, DataType::Int16, codes, 0.0003f, 0, 1.0f / 32768, 0));
  for (size_t i = 0; i < codes.size(); ++i) {
    const double x = 0.0003 * codes[i];
    EXPECT_NEAR(sigmoid[i], 32768 / (1 + std::exp(-x)), 4.0) << codes[i];
    EXPECT_NEAR(tanh[i], 32768 * std::tanh(x), 8.0) << codes[i];
  }
}

TEST(Activations, AskForTheFixedOutputScale) {
  EXPECT_NE(refusalOf(onCodes<int8_t>(OpKind::Logistic, DataType::Int8, {1}, 0.1f, 0, 1.0f / 255, -128)).find("1/256"),
            std::string::npos);
  EXPECT_NE(refusalOf(onCodes<int16_t>(OpKind::Tanh, DataType::Int16, {1}, 0.1f, 0, 1.0f / 256, 0)).find("1/32768"),
            std::string::npos);
}

TEST(Activations, RefuseTypesThatTheyDoNotHave) {
  for (const OpKind op : {OpKind::Elu, OpKind::HardSwish, OpKind::ReluN1To1}) {
    const Support support = supportsOne(onCodes<int16_t>(op, DataType::Int16, {1}, 0.1f, 0, 0.1f, 0));
    ASSERT_FALSE(support.ok());
    EXPECT_EQ(support.reasons()[0].code, ReasonCode::DataType);
  }
}

TEST(Prelu, SpreadsItsSlopes) {
  const OneOp one{OpKind::Prelu,
                  NoParams{},
                  {operand(tensorType(DataType::Float32, {2, 2}), std::vector<float>{-1, -1, 3, -2}),
                   operand(tensorType(DataType::Float32, {2}), std::vector<float>{0.5f, 2}, true)},
                  {tensorType(DataType::Float32, {2, 2})}};
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{-0.5f, -2, 3, -4}));
}

TEST(Prelu, RefusesSlopesThatDoNotFit) {
  const OneOp one{OpKind::Prelu,
                  NoParams{},
                  {operand(tensorType(DataType::Float32, {1, 2}), std::vector<float>{-1, -1}),
                   operand(tensorType(DataType::Float32, {2, 2}), std::vector<float>{1, 1, 1, 1}, true)},
                  {tensorType(DataType::Float32, {1, 2})}};
  EXPECT_NE(refusalOf(one).find("does not spread"), std::string::npos) << refusalOf(one);
}

}  // namespace
}  // namespace trireme::test
