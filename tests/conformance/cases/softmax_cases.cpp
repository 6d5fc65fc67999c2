#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases softmaxCases() {
  constexpr OpKind kOp = OpKind::Softmax;
  return {
      OpCase("SOFTMAX_float_equal", kOp, SoftmaxParams{1})
          .in(f32({1, 4}), std::vector<float>{2, 2, 2, 2})
          .out(f32({1, 4}))
          .expect(std::vector<float>{0.25f, 0.25f, 0.25f, 0.25f}),
      OpCase("SOFTMAX_float", kOp, SoftmaxParams{1}).in(f32({2, 3, 17})).out(f32({2, 3, 17})),
      OpCase("SOFTMAX_float_beta", kOp, SoftmaxParams{2.5f}).in(f32({5, 9})).out(f32({5, 9})),
      OpCase("SOFTMAX_int8", kOp, SoftmaxParams{1}).in(i8({6, 21})).out(i8({6, 21}, 1.0f / 256, -128)),
      OpCase("SOFTMAX_uint8", kOp, SoftmaxParams{1}).in(u8({6, 21})).out(u8({6, 21}, 1.0f / 256, 0)),
      OpCase("SOFTMAX_int16", kOp, SoftmaxParams{1}).in(i16({6, 21}, 1.0f / 4096)).out(i16({6, 21}, 1.0f / 32768)),
      OpCase("SOFTMAX_int8_one_dimension", kOp, SoftmaxParams{0.5f})
          .in(i8({1, 1001}, 0.1f, 20))
          .out(i8({1, 1001}, 1.0f / 256, -128)),
      OpCase("SOFTMAX_float_one_class", kOp, SoftmaxParams{1}).in(f32({3, 1})).out(f32({3, 1})),
      OpCase("SOFTMAX_float_1001_classes", kOp, SoftmaxParams{1}).in(f32({2, 1001})).out(f32({2, 1001})),
      OpCase("SOFTMAX_float_far_apart", kOp, SoftmaxParams{1})
          .in(f32({1, 5}), std::vector<float>{-1e30f, 1e30f, 0, 1e30f, -3})
          .out(f32({1, 5}))
          .expect(std::vector<float>{0, 0.5f, 0, 0.5f, 0}),
      OpCase("SOFTMAX_uint8_one_class", kOp, SoftmaxParams{1}).in(u8({3, 1})).out(u8({3, 1}, 1.0f / 256, 0)),
      OpCase("SOFTMAX_int8_steep", kOp, SoftmaxParams{8}).in(i8({4, 40}, 2.0f, 0)).out(i8({4, 40}, 1.0f / 256, -128)),
      OpCase("SOFTMAX_int8_flat", kOp, SoftmaxParams{1}).in(i8({2, 5000}, 1e-4f)).out(i8({2, 5000}, 1.0f / 256, -128)),
      OpCase("SOFTMAX_int16_1001_classes", kOp, SoftmaxParams{1})
          .in(i16({2, 1001}, 1.0f / 2048))
          .out(i16({2, 1001}, 1.0f / 32768)),
  };
}

}  // namespace trireme::conformance
