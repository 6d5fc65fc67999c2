#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

DepthwiseConv2dParams params(Padding padding, int32_t stride = 1, int32_t dilation = 1, int32_t multiplier = 1,
                             Activation activation = Activation::None) {
  return {padding, activation, stride, stride, dilation, dilation, multiplier};
}

}  // namespace

Cases depthwiseCases() {
  constexpr OpKind kOp = OpKind::DepthwiseConv2d;
  return {
      OpCase("DepthwiseConv2d_float_by_hand", kOp, params(Padding::Valid))
          .in(f32({1, 2, 2, 2}), std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8})
          .constant(f32({1, 2, 2, 2}), std::vector<float>{1, 0, 1, 0, 1, 0, 1, 2})
          .constant(f32({2}), std::vector<float>{0.5f, -1})
          .out(f32({1, 1, 1, 2}))
          .expect(std::vector<float>{16.5f, 15}),
      OpCase("DepthwiseConv2d_float_same", kOp, params(Padding::Same, 1, 1, 1, Activation::Relu6))
          .in(f32({2, 9, 7, 13}))
          .constant(f32({1, 3, 3, 13}))
          .constant(f32({13}))
          .out(f32({2, 9, 7, 13})),
      OpCase("DepthwiseConv2d_float_multiplier", kOp, params(Padding::Same, 2, 1, 3))
          .in(f32({1, 8, 9, 5}))
          .constant(f32({1, 5, 3, 15}))
          .constant(f32({15}))
          .out(f32({1, 4, 5, 15})),
      OpCase("DepthwiseConv2d_float_dilated", kOp, params(Padding::Same, 1, 4))
          .in(f32({1, 17, 16, 8}))
          .constant(f32({1, 3, 3, 8}))
          .constant(f32({8}))
          .out(f32({1, 17, 16, 8})),
      OpCase("DepthwiseConv2d_float_without_bias", kOp, params(Padding::Valid))
          .in(f32({1, 5, 5, 3}))
          .constant(f32({1, 3, 3, 3}))
          .out(f32({1, 3, 3, 3})),
      OpCase("DepthwiseConv2d_hybrid", kOp, params(Padding::Same))
          .in(f32({1, 7, 6, 4}))
          .constant(perChannel({1, 3, 3, 4}, 3))
          .constant(f32({4}))
          .out(f32({1, 7, 6, 4})),
      OpCase("DepthwiseConv2d_int8_per_channel", kOp, params(Padding::Same, 2))
          .in(i8({1, 11, 10, 19}))
          .constant(perChannel({1, 3, 3, 19}, 3))
          .constant(bias32(19), smallInts(19, -2000, 2000))
          .out(i8({1, 6, 5, 19}, 0.06f, 7)),
      OpCase("DepthwiseConv2d_int8_multiplier", kOp, params(Padding::Valid, 1, 1, 4, Activation::Relu))
          .in(i8({1, 6, 6, 2}))
          .constant(perChannel({1, 3, 3, 8}, 3))
          .constant(bias32(8), smallInts(8, -2000, 2000))
          .out(i8({1, 4, 4, 8}, 0.04f, -128)),
      OpCase("DepthwiseConv2d_uint8", kOp, params(Padding::Same, 1, 1, 1, Activation::Relu6))
          .in(u8({1, 9, 8, 16}, 0.0235f, 0))
          .constant(u8({1, 3, 3, 16}, 0.03f, 120))
          .constant(bias32(16, 0.0235f * 0.03f), smallInts(16, -3000, 3000))
          .out(u8({1, 9, 8, 16}, 0.0235f, 0)),
      OpCase("DepthwiseConv2d_uint8_dilated", kOp, params(Padding::Same, 1, 2))
          .in(u8({1, 9, 8, 5}))
          .constant(u8({1, 3, 3, 5}, 0.01f, 133))
          .constant(bias32(5, 0.05f * 0.01f), smallInts(5, -3000, 3000))
          .out(u8({1, 9, 8, 5})),
      OpCase("DepthwiseConv2d_int16x8", kOp, params(Padding::Same))
          .in(i16({1, 6, 5, 7}))
          .constant(perChannel({1, 3, 3, 7}, 3))
          .constant(bias64(7), std::vector<int64_t>{-100000, 5000, 0, 77, 123456, 9, -8})
          .out(i16({1, 6, 5, 7}, 0.0006f)),
  };
}

}  // namespace trireme::conformance
