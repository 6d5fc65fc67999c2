// Operators that move elements: reshape, slices, joins, pads, gathers.
#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::HasSubstr;
using Dims = std::vector<int64_t>;
using Ints = std::vector<int32_t>;

std::string reshape(Dims input, Ints shape) {
  return infer({OpKind::Reshape, ReshapeParams{}, {in(std::move(input)), ints(std::move(shape))}});
}

TEST(ReshapeShapes, FillOneStretchedDimension) {
  EXPECT_EQ(reshape({2, 3}, {-1}), "6");
  EXPECT_EQ(reshape({2, 3}, {3, -1, 1}), "3x2x1");
  EXPECT_EQ(reshape({1}, {}), "scalar");
  EXPECT_THAT(reshape({2, 3}, {4, -1}), HasSubstr("6 elements (2x3) are no multiple of the new shape's 4"));
  EXPECT_THAT(reshape({2, 3}, {-1, -1}), HasSubstr("more than one -1"));
  EXPECT_THAT(reshape({2, 3}, {-2, 3}), HasSubstr("dimension -2"));
  EXPECT_THAT(reshape({2, 3}, {7}), HasSubstr("6 elements (2x3) cannot become 7"));
}

TEST(ReshapeShapes, TakeEmptyTensorsAsLiteRtDoes) {
  EXPECT_EQ(reshape({0, 3}, {0, -1}), "0x3");
  EXPECT_EQ(reshape({0, 3}, {5, -1}), "5x0");
  EXPECT_EQ(reshape({0, 3}, {-1}), "0");
  EXPECT_THAT(reshape({2, 3}, {0, -1}), HasSubstr("no multiple"));
  EXPECT_THAT(reshape({1}, {0}), HasSubstr("cannot become 0"));
}

TEST(ReshapeShapes, ComeFromTheOptionsWithoutAnOperand) {
  const auto options = [](Dims input, Ints shape) {
    return infer({OpKind::Reshape, ReshapeParams{std::move(shape)}, {in(std::move(input))}});
  };
  EXPECT_EQ(options({6}, {2, 3}), "2x3");
  EXPECT_EQ(options({1}, {0}), "scalar");
  EXPECT_EQ(options({1}, {}), "scalar");
  EXPECT_THAT(options({2}, {}), HasSubstr("cannot become"));
}

TEST(ReshapeShapes, ComeFromTheOptionsWhereTheOperandIsNoVectorOfInt32) {
  EXPECT_EQ(infer({OpKind::Reshape, ReshapeParams{{3, 2}}, {in({6}), ints({2, 3}, {1, 2})}}), "3x2");
}

TEST(ReshapeShapes, OverflowNowhere) {
  EXPECT_THAT(reshape({1}, {INT32_MAX, INT32_MAX, INT32_MAX}), HasSubstr("more than 2^62"));
  EXPECT_THAT(reshape({0}, {INT32_MAX, INT32_MAX, INT32_MAX, 0}), HasSubstr("more than 2^62"));
}

TEST(ReshapeShapes, AreKnownAfterRunningWhereTheOperandIsComputed) {
  const auto computed = [](int64_t rank, Dims declared) {
    return infer(
        {OpKind::Reshape, ReshapeParams{}, {in({6}), in({rank}, DataType::Int32)}, {typeOf(std::move(declared))}});
  };
  EXPECT_EQ(computed(2, {2, 3}), "2x3");
  EXPECT_EQ(computed(2, {-1, 3}), "?x?");
  EXPECT_EQ(computed(3, {2, 3}), "?x?x?");
  EXPECT_EQ(computed(-1, {2, 3}), "2x3");
  EXPECT_THAT(computed(9, {2, 3}), HasSubstr("a new shape of 9 dimensions"));
}

TEST(ReshapeShapes, KeepAnUnknownDimensionUnknown) { EXPECT_EQ(reshape({-1, 4}, {-1, 2}), "?x2"); }

TEST(SqueezeShapes, DropOnes) {
  const auto squeeze = [](Dims input, Ints axes) {
    return infer({OpKind::Squeeze, SqueezeParams{std::move(axes)}, {in(std::move(input))}});
  };
  EXPECT_EQ(squeeze({1, 2, 1, 3}, {}), "2x3");
  EXPECT_EQ(squeeze({1, 2, 1, 3}, {-2}), "1x2x3");
  EXPECT_EQ(squeeze({1, 2, 1, 3}, {0, -4}), "2x1x3");
  EXPECT_EQ(squeeze({1, 1}, {}), "scalar");
  EXPECT_EQ(squeeze({-1, 2}, {0}), "2");
  EXPECT_EQ(squeeze({-1, 2}, {}), "?x2");
  EXPECT_THAT(squeeze({1, 2}, {1}), HasSubstr("dimension 1 is 2 and cannot be dropped"));
  EXPECT_THAT(squeeze({1, 2}, {2}), HasSubstr("axis 2 is outside of rank 2"));
  EXPECT_THAT(squeeze({1, 2}, {-3}), HasSubstr("axis -3 is outside of rank 2"));
}

TEST(ExpandDimsShapes, InsertAOne) {
  const auto expand = [](Operand axis) {
    return infer({OpKind::ExpandDims, NoParams{}, {in({2, 3}), std::move(axis)}});
  };
  EXPECT_EQ(expand(ints({0})), "1x2x3");
  EXPECT_EQ(expand(ints({-1}, {})), "2x3x1");
  EXPECT_EQ(expand(ints({-3})), "1x2x3");
  EXPECT_THAT(expand(ints({3})), HasSubstr("axis 3 is outside of rank 3"));
  EXPECT_THAT(expand(ints({0, 1})), HasSubstr("expected 1 element, found 2"));
  EXPECT_EQ(expand(in({1}, DataType::Int32)), "?x?x?");
  EXPECT_THAT(expand(in({1})), HasSubstr("expected integers, found float32"));
}

TEST(ShapeShapes, AreTheRank) {
  EXPECT_EQ(infer({OpKind::Shape, ShapeParams{DataType::Int64}, {in({2, -1, 4})}, {typeOf({}, DataType::Int64)}}), "3");
}

TEST(ConcatenationShapes, AddUpAlongTheAxis) {
  const auto concat = [](std::vector<Dims> inputs, int32_t axis) {
    OneNode node{OpKind::Concatenation, ConcatenationParams{axis, Activation::None}, {}};
    for (Dims& dims : inputs) node.inputs.push_back(in(std::move(dims)));
    return infer(node);
  };
  EXPECT_EQ(concat({{2, 3}, {2, 4}, {2, 0}}, -1), "2x7");
  EXPECT_EQ(concat({{-1, 3}, {2, 4}}, 1), "2x7");
  EXPECT_EQ(concat({{2, -1}, {2, 4}}, 1), "2x?");
  EXPECT_EQ(concat({{2, 3}}, 0), "2x3");
  EXPECT_THAT(concat({{2, 3}, {2, 4}}, 0),
              HasSubstr("input 1 'in1': dimension 1 is 4, that of the inputs before is 3"));
  EXPECT_THAT(concat({{2, 3}, {2}}, 0), HasSubstr("expected rank 2, found 1"));
  EXPECT_THAT(concat({{}}, 0), HasSubstr("axis 0 is outside of rank 0"));
  EXPECT_THAT(concat({{INT32_MAX}, {1}}, 0), HasSubstr("dimension 0 of output 0 would be 2147483648"));
  EXPECT_THAT(infer({OpKind::Concatenation, ConcatenationParams{}, {in({1}), in({1}, DataType::Int8)}}),
              HasSubstr("input 0 is float32, input 1 is int8"));
}

TEST(PackShapes, AddAnAxis) {
  const auto pack = [](std::vector<Dims> inputs, int32_t axis, int32_t values) {
    OneNode node{OpKind::Pack, PackParams{values, axis}, {}};
    for (Dims& dims : inputs) node.inputs.push_back(in(std::move(dims)));
    return infer(node);
  };
  EXPECT_EQ(pack({{2, 3}, {2, 3}}, 0, 2), "2x2x3");
  EXPECT_EQ(pack({{2, 3}, {2, 3}}, -1, 2), "2x3x2");
  EXPECT_EQ(pack({{}, {}}, 0, 2), "2");
  EXPECT_THAT(pack({{2, 3}, {2, 3}}, 3, 2), HasSubstr("axis 3 is outside of rank 3"));
  EXPECT_THAT(pack({{2, 3}, {2, 4}}, 0, 2), HasSubstr("dimension 1 is 4"));
  EXPECT_THAT(pack({{2, 3}, {2, 3}}, 0, 3), HasSubstr("it packs 3 values and has 2 inputs"));
}

TEST(UnpackShapes, TakeAnAxisAway) {
  const auto unpack = [](Dims input, int32_t axis, int32_t values, size_t outputs) {
    return infer(
        {OpKind::Unpack, UnpackParams{values, axis}, {in(std::move(input))}, std::vector(outputs, typeOf({}))});
  };
  EXPECT_EQ(unpack({2, 3}, -1, 3, 3), "2 2 2");
  EXPECT_THAT(unpack({2, 3}, 0, 3, 3), HasSubstr("dimension 0 is 2, its options say 3 parts"));
  EXPECT_THAT(unpack({2, 3}, 1, 3, 2), HasSubstr("its options say 3 parts and it has 2 outputs"));
}

TEST(SplitShapes, AreEqualParts) {
  const auto split = [](Operand axis, int32_t splits, size_t outputs) {
    return infer({OpKind::Split, SplitParams{splits}, {std::move(axis), in({4, 6})}, std::vector(outputs, typeOf({}))});
  };
  EXPECT_EQ(split(ints({-1}, {}), 2, 2), "4x3 4x3");
  EXPECT_EQ(split(ints({1}), 3, 3), "4x2 4x2 4x2");
  EXPECT_EQ(split(in({}, DataType::Int32), 2, 2), "?x? ?x?");
  EXPECT_THAT(split(ints({1}), 4, 4), HasSubstr("dimension 1 of 6 cannot be split into 4 equal parts"));
  EXPECT_THAT(split(ints({1}), 2, 3), HasSubstr("its options say 2 parts and it has 3 outputs"));
  EXPECT_THAT(split(ints({2}), 2, 2), HasSubstr("axis 2"));
}

TEST(SliceShapes, TakeSizesOrTheRest) {
  const auto slice = [](Dims input, Ints begin, Ints size) {
    return infer({OpKind::Slice, NoParams{}, {in(std::move(input)), ints(std::move(begin)), ints(std::move(size))}});
  };
  EXPECT_EQ(slice({4, 5}, {1, 1}, {2, -1}), "2x4");
  EXPECT_EQ(slice({4, 5}, {4, 0}, {-1, 5}), "0x5");
  EXPECT_EQ(slice({-1, 5}, {1, 0}, {2, -1}), "2x5");
  EXPECT_THAT(slice({4, 5}, {1, 1}, {2, 5}), HasSubstr("dimension 1 of 5 cannot be cut from 1 for 5"));
  EXPECT_THAT(slice({4, 5}, {5, 0}, {-1, 5}), HasSubstr("dimension 0 of 4 cannot be cut from 5"));
  EXPECT_THAT(slice({4, 5}, {-1, 0}, {1, 5}), HasSubstr("cannot be cut from -1"));
  EXPECT_THAT(slice({4, 5}, {0, 0}, {-2, 5}), HasSubstr("for -2"));
  EXPECT_THAT(slice({4, 5}, {0}, {2}), HasSubstr("1 elements for an input of rank 2"));
}

TEST(TransposeShapes, FollowThePermutation) {
  const auto transpose = [](Ints permutation) {
    return infer({OpKind::Transpose, NoParams{}, {in({2, 3, 4}), ints(std::move(permutation))}});
  };
  EXPECT_EQ(transpose({2, 0, 1}), "4x2x3");
  EXPECT_EQ(transpose({-1, 0, 1}), "4x2x3");
  EXPECT_THAT(transpose({0, 0, 1}), HasSubstr("axis 0 is listed twice"));
  EXPECT_THAT(transpose({0, 1}), HasSubstr("2 axes for an input of rank 3"));
  EXPECT_THAT(transpose({0, 1, 3}), HasSubstr("axis 3 is outside of rank 3"));
}

TEST(PadShapes, GrowByBothSides) {
  const auto pad = [](OpKind op, OpParams params, Ints paddings) {
    return infer({op, std::move(params), {in({2, 3}), ints(std::move(paddings), {2, 2})}});
  };
  const MirrorPadParams reflect{MirrorPadMode::Reflect}, symmetric{MirrorPadMode::Symmetric};
  EXPECT_EQ(pad(OpKind::Pad, NoParams{}, {1, 2, 0, 4}), "5x7");
  EXPECT_EQ(pad(OpKind::MirrorPad, reflect, {1, 1, 2, 2}), "4x7");
  EXPECT_EQ(pad(OpKind::MirrorPad, symmetric, {2, 2, 3, 3}), "6x9");
  EXPECT_THAT(pad(OpKind::MirrorPad, reflect, {2, 0, 0, 0}),
              HasSubstr("a padding of 2 mirrors more than a dimension of 2 has"));
  EXPECT_THAT(pad(OpKind::Pad, NoParams{}, {-1, 2, 0, 4}), HasSubstr("dimension 0 cannot be padded by -1"));
  EXPECT_THAT(infer({OpKind::Pad, NoParams{}, {in({2, 3}), ints({1, 1}, {1, 2})}}),
              HasSubstr("expected 2x2, found 1x2"));
  EXPECT_EQ(infer({OpKind::Pad, NoParams{}, {in({2, 3}), in({2, 2}, DataType::Int32)}}), "?x?");
}

TEST(ResizeShapes, AreTheOperandsSides) {
  const auto resize = [](Operand size, ResizeParams params = {}) {
    return infer({OpKind::ResizeBilinear, params, {in({1, 4, 5, 3}), std::move(size)}});
  };
  EXPECT_EQ(resize(ints({8, 9})), "1x8x9x3");
  EXPECT_EQ(resize(in({2}, DataType::Int32)), "1x?x?x3");
  EXPECT_THAT(resize(ints({8, 0})), HasSubstr("a side of 0"));
  EXPECT_THAT(resize(ints({8, 8, 8})), HasSubstr("expected 2 elements, found 3"));
  EXPECT_THAT(resize(ints({8, 8}), {true, true}), HasSubstr("exclude each other"));
}

TEST(GatherShapes, PutIndicesInPlaceOfTheAxis) {
  const auto gather = [](Dims input, Dims indices, int32_t axis, int32_t batchDims) {
    return infer({OpKind::Gather,
                  GatherParams{axis, batchDims},
                  {in(std::move(input)), in(std::move(indices), DataType::Int32)}});
  };
  EXPECT_EQ(gather({3, 4}, {2, 5}, 1, 0), "3x2x5");
  EXPECT_EQ(gather({3, 4}, {}, -1, 0), "3");
  EXPECT_EQ(gather({3, 4}, {3, 2}, 1, 1), "3x2");
  EXPECT_EQ(gather({3, 4}, {3, 2}, 1, -1), "3x2");
  EXPECT_THAT(gather({3, 4}, {2, 2}, 1, 1), HasSubstr("batch dimension 0 is 3 in the input and 2 in the indices"));
  EXPECT_THAT(gather({3, 4}, {3, 2}, 0, 1), HasSubstr("1 batch dimensions"));
  EXPECT_THAT(gather({3, 4}, {3}, 1, 2), HasSubstr("2 batch dimensions"));
  EXPECT_THAT(gather({}, {2}, 0, 0), HasSubstr("expected rank 1 or more, found 0"));
}

TEST(GatherNdShapes, PutSlicesInPlaceOfTuples) {
  const auto gather = [](Dims indices) {
    return infer({OpKind::GatherNd, NoParams{}, {in({3, 4}), in(std::move(indices), DataType::Int32)}});
  };
  EXPECT_EQ(gather({5, 2}), "5");
  EXPECT_EQ(gather({5, 1}), "5x4");
  EXPECT_EQ(gather({2}), "scalar");
  EXPECT_EQ(gather({5, 0}), "5x3x4");
  EXPECT_THAT(gather({5, 3}), HasSubstr("index tuples of 3 for an input of rank 2"));
  EXPECT_THAT(gather({}), HasSubstr("expected rank 1 or more, found 0"));
}

TEST(BlockShapes, TradePixelsForChannels) {
  const auto block = [](OpKind op, Dims input, int32_t size) {
    return infer({op, BlockParams{size}, {in(std::move(input))}});
  };
  EXPECT_EQ(block(OpKind::DepthToSpace, {1, 2, 3, 12}, 2), "1x4x6x3");
  EXPECT_EQ(block(OpKind::SpaceToDepth, {1, 4, 6, 3}, 2), "1x2x3x12");
  EXPECT_THAT(block(OpKind::DepthToSpace, {1, 2, 3, 10}, 2), HasSubstr("dimension 3 of 10 is no multiple of 4"));
  EXPECT_THAT(block(OpKind::SpaceToDepth, {1, 4, 5, 3}, 2), HasSubstr("dimension 2 of 5 is no multiple of 2"));
  EXPECT_THAT(block(OpKind::SpaceToDepth, {1, 0, 0, 3}, INT32_MAX), HasSubstr("would be"));
  EXPECT_THAT(block(OpKind::DepthToSpace, {1, 2, 3, 12}, 0), HasSubstr("a block size of 0"));
}

}  // namespace
}  // namespace trireme::graph
