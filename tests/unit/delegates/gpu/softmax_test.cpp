#include <gtest/gtest.h>

#include "tests/unit/delegates/gpu/op_run.h"

namespace trireme::gpu {
namespace {

using conformance::f32;
using conformance::i16;
using conformance::i8;
using conformance::OpCase;
using conformance::u8;

TEST(GpuSoftmax, RowsOfBytesAreTheReferencesBitsForEveryScale) {
  for (const float scale : {1e-6f, 0.003f, 0.05f, 0.4f, 3.0f, 100.0f}) {
    for (const int64_t classes : {1, 2, 7, 33, 300}) {
      const SoftmaxParams params{1.5f};
      const std::string where = "scale " + std::to_string(scale) + ", " + std::to_string(classes) + " classes";
      EXPECT_EQ("", differs(OpCase("a" + where, OpKind::Softmax, params)
                                .in(i8({60, classes}, scale, 5))
                                .out(i8({60, classes}, 1.0f / 256, -128)),
                            4))
          << where;
      EXPECT_EQ("", differs(OpCase("b" + where, OpKind::Softmax, params)
                                .in(u8({60, classes}, scale, 200))
                                .out(u8({60, classes}, 1.0f / 256, 0)),
                            8))
          << where;
    }
  }
}

TEST(GpuSoftmax, AHundredThousandEqualBytesFillTheSum) {
  const int64_t classes = 100000;
  const OpCase row = OpCase("many", OpKind::Softmax, SoftmaxParams{1})
                         .in(i8({1, classes}, 0.01f, 0), std::vector<int8_t>(size_t(classes), 3))
                         .out(i8({1, classes}, 1.0f / 256, -128));
  EXPECT_EQ("", differs(row, 16));
}

TEST(GpuSoftmax, RowsOfInt16CodesAreTheReferencesBits) {
  for (const float scale : {1e-5f, 1.0f / 4096, 0.01f}) {
    for (const int64_t classes : {1, 2, 15, 200}) {
      const OpCase row = OpCase("words", OpKind::Softmax, SoftmaxParams{0.7f})
                             .in(i16({40, classes}, scale))
                             .out(i16({40, classes}, 1.0f / 32768));
      EXPECT_EQ("", differs(row, 8)) << "scale " << scale << ", " << classes << " classes";
    }
  }
}

TEST(GpuSoftmax, LongRowsThatItemsShareAgree) {
  const OpCase row = OpCase("long", OpKind::Softmax, SoftmaxParams{2}).in(f32({3, 1003})).out(f32({3, 1003}));
  for (const uint32_t width : {4u, 8u, 16u}) {
    const OpRun run = runOnHost(row, width);
    EXPECT_EQ("", run.trouble);
    EXPECT_EQ("", support::Tolerance::floatOperator().compare(row.outputType(0), run.wanted, run.found));
  }
}

TEST(GpuSoftmax, HalfStorageAgreesAsHalvesDo) {
  const OpCase row = OpCase("half", OpKind::Softmax, SoftmaxParams{1}).in(f32({5, 130})).out(f32({5, 130}));
  const OpRun run = runOnHost(row, 4, Precision::Fastest);
  EXPECT_EQ("", run.trouble);
  EXPECT_EQ("", support::Tolerance::halfModel().compare(row.outputType(0), run.wanted, run.found));
}

}  // namespace
}  // namespace trireme::gpu
