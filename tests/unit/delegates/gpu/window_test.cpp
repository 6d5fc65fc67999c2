// Pools and reductions: what rows of the conformance test do not reach.

#include <gtest/gtest.h>

#include "tests/unit/delegates/gpu/op_run.h"

namespace trireme::gpu {
namespace {

using conformance::f32;
using conformance::i16;
using conformance::i32;
using conformance::i8;
using conformance::OpCase;
using conformance::u8;

Pool2dParams window(int32_t height, int32_t width, int32_t stride, Padding padding) {
  return {padding, Activation::None, stride, stride, height, width};
}

TEST(GpuPool, MeansOfCodesRoundAsTheReferenceForEveryCount) {
  for (const int32_t size : {1, 2, 3, 5, 7, 12}) {
    const OpCase bytes = OpCase("bytes", OpKind::AveragePool2d, window(size, size + 1, 1, Padding::Same))
                             .in(i8({1, 13, 14, 5}))
                             .out(i8({1, 13, 14, 5}));
    EXPECT_EQ("", differs(bytes, 4)) << size;
    const OpCase words = OpCase("words", OpKind::AveragePool2d, window(size, size, 2, Padding::Same))
                             .in(i16({2, 12, 14, 17}))
                             .out(i16({2, 6, 7, 17}));
    EXPECT_EQ("", differs(words, 16)) << size;
  }
}

TEST(GpuPool, MeansThatLieOnAHalfRoundAwayFromZero) {
  constexpr int64_t kChannels = 400;
  for (int64_t width = 3; width < 60; ++width) {
    std::vector<int16_t> image;  // a row of one code over a row of the next: the mean is between them
    for (int row = 0; row < 2; ++row) {
      for (int64_t i = 0; i < width * kChannels; ++i) image.push_back(int16_t(i % kChannels * 163 - 32700 + row));
    }
    const OpCase halves = OpCase("halves", OpKind::AveragePool2d, window(2, int32_t(width), 1, Padding::Valid))
                              .in(i16({1, 2, width, kChannels}), image)
                              .out(i16({1, 1, 1, kChannels}));
    EXPECT_EQ("", differs(halves, 16)) << width;
  }
}

TEST(GpuPool, AWindowOfThousandsOfLargestCodesDoesNotOverflow) {
  for (const int16_t code : {int16_t(32767), int16_t(-32768)}) {
    const OpCase row = OpCase("large", OpKind::AveragePool2d, window(255, 256, 1, Padding::Valid))
                           .in(i16({1, 255, 256, 1}), std::vector<int16_t>(65280, code))
                           .out(i16({1, 1, 1, 1}));
    EXPECT_EQ("", differs(row, 8)) << code;
  }
}

TEST(GpuPool, FloatsAreSummedInTheReferencesOrder) {
  const OpCase row = OpCase("floats", OpKind::AveragePool2d, window(5, 7, 2, Padding::Same))
                         .in(f32({2, 11, 14, 19}))
                         .out(f32({2, 6, 7, 19}));
  for (const uint32_t width : {4u, 8u, 16u}) EXPECT_EQ("", differs(row, width));
}

OpCase mean(const TensorType& in, const std::vector<int32_t>& axes, const TensorType& out, OpKind op = OpKind::Mean) {
  return OpCase("mean", op, ReduceParams{false}).in(in).constant(i32({int64_t(axes.size())}), axes).out(out);
}

TEST(GpuReduce, SumsInPartsAreTheSumsOfCodes) {
  for (const int64_t side : {16, 17, 40}) {  // 17 x 17 terms have no part that is even
    const OpCase bytes = mean(i8({2, side, side, 3}), {1, 2}, i8({2, 3}, 0.002f, 7));
    const OpCase words = mean(i16({1, side, side, 5}), {1, 2}, i16({1, 5}, 0.0001f));
    const OpCase sums = mean(u8({1, side, side, 1}), {1, 2}, u8({1, 1}, 20, 3), OpKind::Sum);
    for (const uint32_t width : {4u, 8u, 16u}) {
      EXPECT_EQ("", differs(bytes, width)) << side;
      EXPECT_EQ("", differs(words, width)) << side;
      EXPECT_EQ("", differs(sums, width)) << side;
    }
  }
}

TEST(GpuReduce, AnySetOfAxesGivesTheReferencesCodes) {
  for (int set = 0; set < 16; ++set) {
    std::vector<int32_t> axes;
    std::vector<int64_t> dims;
    const int64_t sizes[] = {2, 3, 4, 9};
    for (int axis = 0; axis < 4; ++axis) {
      if ((set >> axis & 1) != 0) {
        axes.push_back(axis);
      } else {
        dims.push_back(sizes[axis]);
      }
    }
    TensorType out = i8({1}, 0.011f, -4);
    out.shape = Shape::create(dims).value();
    for (const OpKind op : {OpKind::Mean, OpKind::Sum}) {
      EXPECT_EQ("", differs(mean(i8({2, 3, 4, 9}), axes, out, op), 4)) << "axes " << set;
      EXPECT_EQ("", differs(mean(i8({2, 3, 4, 9}), axes, out, op), 16)) << "axes " << set;
    }
  }
}

TEST(GpuReduce, ALargeMapInHalvesIsSummedInFloats) {
  const OpCase row = mean(f32({1, 96, 96, 4}), {1, 2}, f32({1, 4}));
  for (const uint32_t width : {4u, 16u}) {
    const OpRun run = runOnHost(row, width, Precision::Fastest);
    EXPECT_EQ("", run.trouble);
    EXPECT_EQ("", support::Tolerance::halfModel().compare(row.outputType(0), run.wanted, run.found));
  }
}

}  // namespace
}  // namespace trireme::gpu
