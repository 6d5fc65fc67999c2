#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases concatCases() {
  constexpr OpKind kOp = OpKind::Concatenation;
  const auto axis = [](int32_t number) { return ConcatenationParams{number, Activation::None}; };
  return {
      OpCase("CONCATENATION_by_hand", kOp, axis(1))
          .in(f32({2, 1}), std::vector<float>{1, 2})
          .in(f32({2, 2}), std::vector<float>{3, 4, 5, 6})
          .out(f32({2, 3}))
          .expect(std::vector<float>{1, 3, 4, 2, 5, 6}),
      OpCase("CONCATENATION_float_channels", kOp, axis(3))
          .in(f32({1, 3, 4, 5}))
          .in(f32({1, 3, 4, 2}))
          .in(f32({1, 3, 4, 7}))
          .out(f32({1, 3, 4, 14})),
      OpCase("CONCATENATION_float_negative_axis", kOp, axis(-2))
          .in(f32({2, 3, 4}))
          .in(f32({2, 5, 4}))
          .out(f32({2, 8, 4})),
      OpCase("CONCATENATION_float_with_constant", kOp, axis(0)).in(f32({2, 3})).constant(f32({1, 3})).out(f32({3, 3})),
      OpCase("CONCATENATION_int8", kOp, axis(1)).in(i8({2, 3})).in(i8({2, 4})).out(i8({2, 7})),
      OpCase("CONCATENATION_uint8_requantizes", kOp, axis(1))
          .in(u8({2, 3}))
          .in(u8({2, 4}, 0.02f, 7))
          .out(u8({2, 7}, 0.06f, 99)),
      OpCase("CONCATENATION_uint8_requantizes_rows", kOp, axis(1))
          .in(u8({2, 3, 19}, 0.11f, 4))
          .in(u8({2, 1, 19}, 0.06f, 99))
          .out(u8({2, 4, 19}, 0.06f, 99)),
      OpCase("CONCATENATION_float_whole_vectors", kOp, axis(2))
          .in(f32({3, 4, 16}))
          .in(f32({3, 4, 32}))
          .out(f32({3, 4, 48})),
      OpCase("CONCATENATION_int16", kOp, axis(1)).in(i16({2, 3})).in(i16({2, 4})).out(i16({2, 7})),
      OpCase("CONCATENATION_int32", kOp, axis(0)).in(i32({2})).in(i32({3})).out(i32({5})),
      OpCase("CONCATENATION_int64", kOp, axis(0)).in(i64({2})).in(i64({3})).out(i64({5})),
      OpCase("CONCATENATION_bool", kOp, axis(0)).in(boolean({2})).in(boolean({3})).out(boolean({5})),
  };
}

}  // namespace trireme::conformance
