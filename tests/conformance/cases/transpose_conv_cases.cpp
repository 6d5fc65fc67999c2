#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

TransposeConvParams params(Padding padding, int32_t stride) { return {padding, Activation::None, stride, stride}; }

}  // namespace

Cases transposeConvCases() {
  constexpr OpKind kOp = OpKind::TransposeConv;
  return {
      OpCase("TransposeConv_float_by_hand", kOp, params(Padding::Valid, 2))
          .constant(i32({4}), std::vector<int32_t>{1, 2, 4, 1})
          .constant(f32({1, 2, 2, 1}), std::vector<float>{1, 2, 3, 4})
          .in(f32({1, 1, 2, 1}), std::vector<float>{1, 10})
          .out(f32({1, 2, 4, 1}))
          .expect(std::vector<float>{1, 2, 10, 20, 3, 4, 30, 40}),
      OpCase("TransposeConv_float_same_stride2", kOp, params(Padding::Same, 2))
          .constant(i32({4}), std::vector<int32_t>{1, 10, 14, 5})
          .constant(f32({5, 3, 3, 6}))
          .in(f32({1, 5, 7, 6}))
          .out(f32({1, 10, 14, 5})),
      OpCase("TransposeConv_float_bias", kOp, params(Padding::Valid, 3))
          .constant(i32({4}), std::vector<int32_t>{2, 11, 14, 3})
          .constant(f32({3, 5, 5, 2}))
          .in(f32({2, 3, 4, 2}))
          .constant(f32({3}))
          .out(f32({2, 11, 14, 3})),
      OpCase("TransposeConv_int8_per_channel", kOp, params(Padding::Same, 2))
          .constant(i32({4}), std::vector<int32_t>{1, 8, 6, 4})
          .constant(perChannel({4, 3, 3, 5}, 0))
          .in(i8({1, 4, 3, 5}))
          .constant(bias32(4), smallInts(4, -1000, 1000))
          .out(i8({1, 8, 6, 4}, 0.05f, 2)),
      OpCase("TransposeConv_uint8", kOp, params(Padding::Same, 2))
          .constant(i32({4}), std::vector<int32_t>{1, 8, 6, 4})
          .constant(u8({4, 2, 2, 3}, 0.01f, 128))
          .in(u8({1, 4, 3, 3}))
          .out(u8({1, 8, 6, 4})),
      OpCase("TransposeConv_int16x8", kOp, params(Padding::Valid, 2))
          .constant(i32({4}), std::vector<int32_t>{1, 3, 12, 6})
          .constant(perChannel({6, 3, 4, 6}, 0))
          .in(i16({1, 1, 5, 6}))
          .out(i16({1, 3, 12, 6}, 0.0006f)),
      OpCase("Convolution2DTransposeBias_float", OpKind::Convolution2dTransposeBias, params(Padding::Same, 2))
          .in(f32({1, 4, 6, 3}))
          .constant(f32({2, 2, 2, 3}))
          .constant(f32({2}))
          .out(f32({1, 8, 12, 2})),
      OpCase("Convolution2DTransposeBias_float_by_hand", OpKind::Convolution2dTransposeBias, params(Padding::Same, 2))
          .in(f32({1, 2, 2, 1}), std::vector<float>{1, 10, 100, 1000})
          .constant(f32({1, 2, 2, 1}), std::vector<float>{1, 2, 3, 4})
          .constant(f32({1}), std::vector<float>{0.5f})
          .out(f32({1, 4, 4, 1}))
          .expect(std::vector<float>{1.5f, 2.5f, 10.5f, 20.5f, 3.5f, 4.5f, 30.5f, 40.5f, 100.5f, 200.5f, 1000.5f,
                                     2000.5f, 300.5f, 400.5f, 3000.5f, 4000.5f}),
  };
}

}  // namespace trireme::conformance
