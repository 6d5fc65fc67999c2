#include "trireme/tensor.h"

#include <gtest/gtest.h>

namespace trireme {
namespace {

TensorType typeOf(DataType dtype, std::initializer_list<int64_t> dims) {
  return {dtype, Shape::create(dims).value(), {}};
}

TEST(Shape, CountsElementsAndPrintsItself) {
  const Shape shape = Shape::create({1, 28, 28, 3}).value();
  EXPECT_EQ(shape.rank(), 4);
  EXPECT_EQ(shape.elements(), 2352);
  EXPECT_EQ(shape.text(), "1x28x28x3");
  EXPECT_EQ(Shape().text(), "scalar");
  EXPECT_EQ(Shape().elements(), 1);
  EXPECT_EQ(Shape::create({3, 0, 2}).value().elements(), 0);
}

TEST(Shape, KnowsThatADimensionIsUnknown) {
  const Shape shape = Shape::create({kUnknownDim, 4}).value();
  EXPECT_FALSE(shape.isKnown());
  EXPECT_EQ(shape.text(), "?x4");
}

TEST(Shape, RefusesWhatCannotBeComputedWith) {
  EXPECT_EQ(Shape::create({1, 1, 1, 1, 1, 1, 1, 1, 1}).status().message(), "rank 9 is above the 8 that is supported");
  EXPECT_EQ(Shape::create({2, -2}).status().message(), "dimension -2 in shape 2x-2");
  EXPECT_FALSE(Shape::create({int64_t{1} << 32, int64_t{1} << 31}).ok());
  EXPECT_FALSE(Shape::create({0, int64_t{1} << 32, int64_t{1} << 31}).ok());
  EXPECT_TRUE(Shape::create({int64_t{1} << 31, int64_t{1} << 31}).ok());
}

TEST(ByteSize, FollowsTypeAndPacksSmallOnes) {
  EXPECT_EQ(byteSize(typeOf(DataType::Float32, {2, 3})).value(), 24u);
  EXPECT_EQ(byteSize(typeOf(DataType::Int64, {})).value(), 8u);
  EXPECT_EQ(byteSize(typeOf(DataType::Int4, {3})).value(), 2u);
  EXPECT_EQ(byteSize(typeOf(DataType::Int2, {5})).value(), 2u);
  EXPECT_EQ(byteSize(typeOf(DataType::Complex128, {1})).value(), 16u);
}

TEST(ByteSize, RefusesInWords) {
  EXPECT_EQ(byteSize(typeOf(DataType::String, {2})).status().message(), "string elements have no fixed size");
  EXPECT_EQ(byteSize(typeOf(DataType::Int8, {kUnknownDim})).status().message(), "shape ? is not known yet");
  EXPECT_FALSE(byteSize(typeOf(DataType::Complex128, {int64_t{1} << 61})).ok());
}

TEST(TensorView, GivesTypedElementsOnlyOfItsType) {
  std::vector<float> memory(6);
  const TensorType type = typeOf(DataType::Float32, {2, 3});
  const TensorView view{&type, std::as_writable_bytes(std::span(memory))};
  ASSERT_TRUE(view.as<float>().ok());
  EXPECT_EQ(view.as<float>().value().size(), 6u);
  EXPECT_TRUE(view.as<const float>().ok());
  EXPECT_EQ(view.as<int8_t>().status().message(), "asked for int8, the tensor is float32 (2x3)");
}

TEST(DataTypes, HaveNamesAndSizesInTheOrderOfTheSchema) {
  EXPECT_EQ(dataTypeName(DataType::Float8E5M2), "float8_e5m2");
  EXPECT_EQ(dataTypeName(DataType::Bool), "bool");
  EXPECT_EQ(static_cast<int>(DataType::Int16), 7);
  EXPECT_EQ(bitsPerElement(DataType::UInt4), 4);
  EXPECT_EQ(static_cast<int>(DataType::Float8E5M2) + 1, kDataTypeCount);
}

}  // namespace
}  // namespace trireme
