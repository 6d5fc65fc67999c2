#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

Conv2dParams params(Padding padding, int32_t stride = 1, int32_t dilation = 1,
                    Activation activation = Activation::None) {
  return {padding, activation, stride, stride, dilation, dilation};
}

Conv2dParams uneven() { return {Padding::Same, Activation::None, 2, 3, 1, 1}; }

Cases floatCases() {
  return {
      OpCase("Conv2d_float_1x1_by_hand", OpKind::Conv2d, params(Padding::Valid))
          .in(f32({1, 1, 2, 2}), std::vector<float>{1, 2, 3, 4})
          .constant(f32({3, 1, 1, 2}), std::vector<float>{1, 0, 0, 1, 2, -1})
          .constant(f32({3}), std::vector<float>{0, 0.5f, -1})
          .out(f32({1, 1, 2, 3}))
          .expect(std::vector<float>{1, 2.5f, -1, 3, 4.5f, 1}),
      OpCase("Conv2d_float_same_odd", OpKind::Conv2d, params(Padding::Same))
          .in(f32({2, 7, 5, 3}))
          .constant(f32({5, 3, 3, 3}))
          .constant(f32({5}))
          .out(f32({2, 7, 5, 5})),
      OpCase("Conv2d_float_uneven_strides", OpKind::Conv2d, uneven())
          .in(f32({1, 9, 11, 4}))
          .constant(f32({7, 3, 5, 4}))
          .constant(f32({7}))
          .out(f32({1, 5, 4, 7})),
      OpCase("Conv2d_float_dilated_relu6", OpKind::Conv2d, params(Padding::Valid, 1, 2, Activation::Relu6))
          .in(f32({1, 12, 9, 8}))
          .constant(f32({16, 3, 3, 8}))
          .constant(f32({16}))
          .out(f32({1, 8, 5, 16})),
      OpCase("Conv2d_float_groups", OpKind::Conv2d, params(Padding::Same))
          .in(f32({1, 6, 6, 8}))
          .constant(f32({12, 3, 3, 4}))
          .constant(f32({12}))
          .out(f32({1, 6, 6, 12})),
      OpCase("Conv2d_float_pointwise_wide", OpKind::Conv2d, params(Padding::Same, 1, 1, Activation::Relu))
          .in(f32({1, 14, 13, 33}))
          .constant(f32({65, 1, 1, 33}))
          .constant(f32({65}))
          .out(f32({1, 14, 13, 65})),
      OpCase("Conv2d_float_without_bias", OpKind::Conv2d, params(Padding::Same, 2))
          .in(f32({1, 8, 8, 3}))
          .constant(f32({4, 3, 3, 3}))
          .out(f32({1, 4, 4, 4})),
      OpCase("Conv2d_float_filter_larger_than_picture", OpKind::Conv2d, params(Padding::Same))
          .in(f32({1, 2, 3, 2}))
          .constant(f32({3, 5, 5, 2}))
          .constant(f32({3}))
          .out(f32({1, 2, 3, 3})),
      OpCase("Conv2d_float_weights_at_run_time", OpKind::Conv2d, params(Padding::Valid))
          .in(f32({1, 5, 5, 2}))
          .in(f32({3, 3, 3, 2}))
          .constant(f32({3}))
          .out(f32({1, 3, 3, 3})),
      OpCase("Conv2d_hybrid_per_channel", OpKind::Conv2d, params(Padding::Same, 2, 1, Activation::Relu))
          .in(f32({2, 9, 7, 5}))
          .constant(perChannel({6, 3, 3, 5}, 0))
          .constant(f32({6}))
          .out(f32({2, 5, 4, 6})),
  };
}

Cases integerCases() {
  return {
      OpCase("Conv2d_int8_per_channel", OpKind::Conv2d, params(Padding::Same))
          .in(i8({1, 9, 7, 5}))
          .constant(perChannel({11, 3, 3, 5}, 0))
          .constant(bias32(11), smallInts(11, -2000, 2000))
          .out(i8({1, 9, 7, 11}, 0.09f, 5)),
      OpCase("Conv2d_int8_per_tensor_strided_relu", OpKind::Conv2d, params(Padding::Valid, 2, 1, Activation::Relu))
          .in(i8({2, 11, 8, 3}))
          .constant(i8({8, 3, 3, 3}, 0.004f, 0))
          .constant(bias32(8, 0.05f * 0.004f), smallInts(8, -900, 900))
          .out(i8({2, 5, 3, 8}, 0.07f, -128)),
      OpCase("Conv2d_int8_pointwise", OpKind::Conv2d, params(Padding::Same))
          .in(i8({1, 8, 8, 40}))
          .constant(perChannel({33, 1, 1, 40}, 0))
          .constant(bias32(33), smallInts(33, -2000, 2000))
          .out(i8({1, 8, 8, 33}, 0.11f, 0)),
      OpCase("Conv2d_int8_groups", OpKind::Conv2d, params(Padding::Same))
          .in(i8({1, 5, 6, 6}))
          .constant(perChannel({9, 3, 3, 2}, 0))
          .constant(bias32(9), smallInts(9, -500, 500))
          .out(i8({1, 5, 6, 9})),
      OpCase("Conv2d_int8_dilated", OpKind::Conv2d, params(Padding::Same, 1, 3))
          .in(i8({1, 10, 9, 4}))
          .constant(perChannel({4, 3, 3, 4}, 0))
          .constant(bias32(4), smallInts(4, -500, 500))
          .out(i8({1, 10, 9, 4})),
      OpCase("Conv2d_uint8_relu6", OpKind::Conv2d, params(Padding::Same, 2, 1, Activation::Relu6))
          .in(u8({1, 13, 9, 3}, 0.0078125f, 128))
          .constant(u8({10, 3, 3, 3}, 0.02f, 111))
          .constant(bias32(10, 0.0078125f * 0.02f), smallInts(10, -3000, 3000))
          .out(u8({1, 7, 5, 10}, 0.023528f, 0)),
      OpCase("Conv2d_int16x8_bias64", OpKind::Conv2d, params(Padding::Same))
          .in(i16({1, 6, 7, 4}))
          .constant(perChannel({5, 3, 3, 4}, 0))
          .constant(bias64(5), std::vector<int64_t>{-100000, 5000, 0, 77, 123456})
          .out(i16({1, 6, 7, 5}, 0.0009f)),
      OpCase("Conv2d_int16x8_bias32", OpKind::Conv2d, params(Padding::Valid))
          .in(i16({1, 6, 7, 4}))
          .constant(perChannel({5, 3, 3, 4}, 0))
          .constant(bias32(5, 0.0000015f), std::vector<int32_t>{-100000, 5000, 0, 77, 123456})
          .out(i16({1, 4, 5, 5}, 0.0009f)),
  };
}

}  // namespace

Cases convCases() {
  Cases all = floatCases();
  for (const OpCase& row : integerCases()) all.push_back(row);
  return all;
}

}  // namespace trireme::conformance
