#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

FullyConnectedParams params(Activation activation = Activation::None, bool keep = false) {
  return {activation, false, keep, false};
}

}  // namespace

Cases fullyConnectedCases() {
  constexpr OpKind kOp = OpKind::FullyConnected;
  return {
      OpCase("FullyConnected_float_by_hand", kOp, params())
          .in(f32({2, 3}), std::vector<float>{1, 2, 3, 4, 5, 6})
          .constant(f32({2, 3}), std::vector<float>{1, 0, -1, 2, 2, 2})
          .constant(f32({2}), std::vector<float>{10, -1})
          .out(f32({2, 2}))
          .expect(std::vector<float>{8, 11, 8, 29}),
      OpCase("FullyConnected_float_odd", kOp, params(Activation::Relu))
          .in(f32({5, 37}))
          .constant(f32({19, 37}))
          .constant(f32({19}))
          .out(f32({5, 19})),
      OpCase("FullyConnected_float_one_row_wide", kOp, params())
          .in(f32({1, 515}))
          .constant(f32({129, 515}))
          .constant(f32({129}))
          .out(f32({1, 129})),
      OpCase("FullyConnected_float_keeps_dimensions", kOp, params(Activation::None, true))
          .in(f32({2, 3, 8}))
          .constant(f32({5, 8}))
          .out(f32({2, 3, 5})),
      OpCase("FullyConnected_float_flattens", kOp, params())
          .in(f32({2, 2, 3, 4}))
          .constant(f32({7, 12}))
          .absent()
          .out(f32({4, 7})),
      OpCase("FullyConnected_hybrid", kOp, params())
          .in(f32({3, 40}))
          .constant(i8({9, 40}, 0.004f, 0))
          .constant(f32({9}))
          .out(f32({3, 9})),
      OpCase("FullyConnected_int8_per_tensor", kOp, params())
          .in(i8({3, 33}))
          .constant(i8({17, 33}, 0.004f, 0))
          .constant(bias32(17, 0.05f * 0.004f), smallInts(17, -2000, 2000))
          .out(i8({3, 17}, 0.08f, 4)),
      OpCase("FullyConnected_int8_per_channel_relu", kOp, params(Activation::Relu))
          .in(i8({4, 21}))
          .constant(perChannel({10, 21}, 0))
          .constant(bias32(10), smallInts(10, -2000, 2000))
          .out(i8({4, 10}, 0.04f, -128)),
      OpCase("FullyConnected_int8_without_bias", kOp, params())
          .in(i8({1, 64}))
          .constant(i8({10, 64}, 0.004f, 0))
          .absent()
          .out(i8({1, 10}, 0.08f, 0)),
      OpCase("FullyConnected_uint8", kOp, params(Activation::Relu6))
          .in(u8({2, 50}, 0.02f, 100))
          .constant(u8({12, 50}, 0.01f, 140))
          .constant(bias32(12, 0.02f * 0.01f), smallInts(12, -2000, 2000))
          .out(u8({2, 12}, 0.0235f, 0)),
      OpCase("FullyConnected_int16x8", kOp, params())
          .in(i16({2, 31}))
          .constant(i8({6, 31}, 0.004f, 0))
          .constant(bias64(6, 0.0005f * 0.004f), std::vector<int64_t>{-100000, 5000, 0, 77, 123456, -9})
          .out(i16({2, 6}, 0.0007f)),
  };
}

}  // namespace trireme::conformance
