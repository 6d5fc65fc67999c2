#include <gtest/gtest.h>

#include "one_op.h"

namespace trireme::test {
namespace {

constexpr auto kFloat = DataType::Float32;

OneOp product(std::vector<float> x, std::vector<int64_t> xDims, std::vector<float> y, std::vector<int64_t> yDims,
              std::vector<int64_t> outDims, BatchMatmulParams params = {}) {
  return {OpKind::BatchMatmul,
          params,
          {operand(tensorType(kFloat, std::move(xDims)), x), operand(tensorType(kFloat, std::move(yDims)), y)},
          {tensorType(kFloat, std::move(outDims))}};
}

TEST(BatchMatmul, MultipliesMatrices) {
  const std::vector<float> expected{1 * 5 + 2 * 7, 1 * 6 + 2 * 8, 3 * 5 + 4 * 7, 3 * 6 + 4 * 8};
  EXPECT_EQ(runOneAs<float>(product({1, 2, 3, 4}, {2, 2}, {5, 6, 7, 8}, {2, 2}, {2, 2})), expected);
  BatchMatmulParams params;
  params.adjointX = true;
  EXPECT_EQ(runOneAs<float>(product({1, 3, 2, 4}, {2, 2}, {5, 6, 7, 8}, {2, 2}, {2, 2}, params)), expected);
  params.adjointY = true;
  EXPECT_EQ(runOneAs<float>(product({1, 3, 2, 4}, {2, 2}, {5, 7, 6, 8}, {2, 2}, {2, 2}, params)), expected);
}

TEST(BatchMatmul, SpreadsBatches) {
  // 2x1 matrices of 1x1 against 3: a table of products.
  const auto one = product({2, 3}, {2, 1, 1, 1}, {1, 10, 100}, {3, 1, 1}, {2, 3, 1, 1});
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{2, 20, 200, 3, 30, 300}));
}

TEST(BatchMatmul, GivesRawSumsOfInt8) {
  const OneOp one{OpKind::BatchMatmul,
                  BatchMatmulParams{},
                  {operand(tensorType(DataType::Int8, {1, 2}, 1.0f, 5), std::vector<int8_t>{100, -100}),
                   operand(tensorType(DataType::Int8, {2, 1}, 1.0f, 5), std::vector<int8_t>{100, 100})},
                  {tensorType(DataType::Int32, {1, 1})}};
  EXPECT_EQ(runOneAs<int32_t>(one), std::vector<int32_t>{0});
}

TEST(BatchMatmul, RefusesMatricesThatDoNotFit) {
  EXPECT_NE(refusalOf(product({1, 2}, {1, 2}, {1, 2, 3}, {3, 1}, {1, 1})).find("cannot be multiplied"),
            std::string::npos);
  EXPECT_NE(refusalOf(product({1, 2}, {1, 2}, {1, 2}, {2, 1}, {1, 2})).find("1x1"), std::string::npos);
}

TEST(BatchMatmul, TakesEmptyMatrices) {
  EXPECT_TRUE(runOneAs<float>(product({}, {0, 2}, {1, 2}, {2, 1}, {0, 1})).empty());
  EXPECT_EQ(runOneAs<float>(product({}, {1, 0}, {}, {0, 2}, {1, 2})), (std::vector<float>{0, 0}));
}

}  // namespace
}  // namespace trireme::test
