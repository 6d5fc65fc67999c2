// Elementwise operators, reductions, conversions, detection post-processing.
#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::HasSubstr;
using Dims = std::vector<int64_t>;

TEST(BinaryShapes, Broadcast) {
  const auto add = [](Dims a, Dims b) {
    return infer({OpKind::Add, AddParams{}, {in(std::move(a)), in(std::move(b))}});
  };
  EXPECT_EQ(add({2, 1, 4}, {3, 1}), "2x3x4");
  EXPECT_EQ(add({}, {2, 2}), "2x2");
  EXPECT_EQ(add({0, 3}, {1, 3}), "0x3");
  EXPECT_EQ(add({-1, 3}, {1, 3}), "?x3");
  EXPECT_EQ(add({-1, 3}, {4, 3}), "4x3");
  EXPECT_EQ(add({-1, 3}, {-1, 1}), "?x3");
  EXPECT_THAT(add({2, 3}, {4}), HasSubstr("shapes 2x3 and 4 cannot be broadcast to each other"));
}

TEST(BinaryShapes, WantOneType) {
  EXPECT_THAT(infer({OpKind::Maximum, NoParams{}, {in({2}), in({2}, DataType::Int8)}}),
              HasSubstr("operator 7 MAXIMUM: input 0 is float32, input 1 is int8"));
}

TEST(BinaryShapes, TakeTheInputsTypeAgainstTheFiles) {
  Result<Graph> graph = build({OpKind::Sub, AddParams{}, {in({2}), in({2})}, {typeOf({2}, DataType::Int8)}});
  ASSERT_TRUE(graph.ok());
  Result<Graph> inferred = inferShapes(std::move(graph).value(), {});
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(inferred.value().value(inferred.value().outputs()[0]).type.dtype, DataType::Float32);
}

TEST(UnaryShapes, ContradictAFileThatDeclaresAnotherType) {
  EXPECT_EQ(infer({OpKind::Relu, NoParams{}, {in({2})}, {typeOf({2}, DataType::Int8)}}),
            "operator 7 RELU, output 0 'out0': the file says int8, its inputs make it float32");
}

TEST(PreluShapes, NeverGrowTheInput) {
  const auto prelu = [](Dims a, Dims b) {
    return infer({OpKind::Prelu, NoParams{}, {in(std::move(a)), in(std::move(b))}});
  };
  EXPECT_EQ(prelu({1, 4, 4, 3}, {1, 1, 3}), "1x4x4x3");
  EXPECT_THAT(prelu({1, 1, 4, 3}, {1, 4, 4, 3}), HasSubstr("cannot be broadcast to 1x1x4x3"));
  EXPECT_THAT(prelu({3}, {1, 3}), HasSubstr("cannot be broadcast to 3"));
}

TEST(UnaryShapes, AreTheInputs) {
  EXPECT_EQ(infer({OpKind::HardSwish, NoParams{}, {in({2, -1})}}), "2x?");
  EXPECT_EQ(infer({OpKind::LeakyRelu, LeakyReluParams{}, {in({})}}), "scalar");
  EXPECT_THAT(infer({OpKind::Softmax, SoftmaxParams{}, {in({})}}), HasSubstr("expected rank 1 or more"));
}

TEST(ReduceShapes, DropOrKeepTheAxes) {
  const auto mean = [](Dims input, Operand axes, bool keep) {
    return infer({OpKind::Mean, ReduceParams{keep}, {in(std::move(input)), std::move(axes)}});
  };
  EXPECT_EQ(mean({2, 3, 4}, ints({-1, 2}), false), "2x3");
  EXPECT_EQ(mean({2, 3, 4}, ints({1}, {}), true), "2x1x4");
  EXPECT_EQ(mean({2, 3, 4}, ints({}), false), "2x3x4");
  EXPECT_EQ(mean({2, 3, 4}, ints({0, 1, 2}), false), "scalar");
  EXPECT_EQ(mean({}, ints({0}), false), "scalar");
  EXPECT_EQ(mean({2, 3}, in({1}, DataType::Int32), true), "?x?");
  EXPECT_THAT(mean({2, 3}, ints({2}), false), HasSubstr("axis 2 is outside of rank 2"));
  EXPECT_THAT(mean({2, 3}, ints({-3}), false), HasSubstr("axis -3"));
}

TEST(ArgMaxShapes, DropTheAxisAndTakeTheOptionsType) {
  const auto argMax = [](Dims input, Operand axis, DataType declared) {
    return infer({OpKind::ArgMax,
                  ArgMaxParams{DataType::Int32},
                  {in(std::move(input)), std::move(axis)},
                  {typeOf({}, declared)}});
  };
  EXPECT_EQ(argMax({2, 3, 4}, ints({-1}), DataType::Int32), "2x3");
  EXPECT_THAT(argMax({2, 3, 4}, ints({-1}), DataType::Int64),
              HasSubstr("the file says int64, its inputs make it int32"));
  EXPECT_THAT(argMax({2, 3, 4}, ints({0, 1}), DataType::Int32), HasSubstr("expected 1 element, found 2"));
  EXPECT_EQ(argMax({2, 3, 4}, in({}, DataType::Int32), DataType::Int32), "?x?");
}

TEST(ConversionShapes, KeepTheFilesType) {
  EXPECT_EQ(infer({OpKind::Cast, NoParams{}, {in({2, 3})}, {typeOf({}, DataType::Bool)}}), "2x3");
  EXPECT_EQ(infer({OpKind::Quantize, NoParams{}, {in({2, 3})}, {typeOf({}, DataType::Int8)}}), "2x3");
  EXPECT_THAT(infer({OpKind::Dequantize, NoParams{}, {in({2}, DataType::Int8)}, {typeOf({}, DataType::Int32)}}),
              HasSubstr("the output must be float32 or float16, the file says int32"));
}

TEST(DetectionShapes, HoldTheOptionsNumberOfDetections) {
  DetectionPostProcessParams params;
  params.maxDetections = 10;
  params.maxClassesPerDetection = 2;
  params.classes = 90;
  const auto detect = [&params](Dims boxes, Dims scores, Dims anchors) {
    return infer({OpKind::TfliteDetectionPostProcess,
                  params,
                  {in(std::move(boxes)), in(std::move(scores)), in(std::move(anchors))},
                  std::vector(4, typeOf({}))});
  };
  EXPECT_EQ(detect({1, 50, 4}, {1, 50, 91}, {50, 4}), "1x20x4 1x20 1x20 1");
  EXPECT_EQ(detect({1, 50, 4}, {1, 50, 90}, {50, 4}), "1x20x4 1x20 1x20 1");
  EXPECT_THAT(detect({1, 50, 4}, {1, 50, 89}, {50, 4}), HasSubstr("89 scores a box for 90 classes"));
  EXPECT_THAT(detect({1, 50, 4}, {1, 49, 91}, {50, 4}), HasSubstr("50 boxes, 49 scores and 50 anchors"));
  EXPECT_THAT(detect({1, 50, 3}, {1, 50, 91}, {50, 4}), HasSubstr("need 4 coordinates"));
  EXPECT_THAT(detect({2, 50, 4}, {2, 50, 91}, {50, 4}), HasSubstr("a batch of 1"));
  params.maxDetections = INT32_MAX;
  EXPECT_THAT(detect({1, 50, 4}, {1, 50, 91}, {50, 4}), HasSubstr("would be 4294967294"));
  params.maxDetections = 0;
  EXPECT_THAT(detect({1, 50, 4}, {1, 50, 91}, {50, 4}), HasSubstr("ask for 0 detections"));
}

}  // namespace
}  // namespace trireme::graph
