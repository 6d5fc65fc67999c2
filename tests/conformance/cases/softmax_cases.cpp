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
  };
}

}  // namespace trireme::conformance
