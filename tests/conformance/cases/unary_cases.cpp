#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

std::vector<float> positive(size_t count) {
  support::Random random(5);
  std::vector<float> values(count);
  for (float& value : values) value = random.real(0.01f, 9);
  return values;
}

}  // namespace

Cases unaryCases() {
  return {
      OpCase("ABS_float", OpKind::Abs).in(f32({3, 7})).out(f32({3, 7})),
      OpCase("ABS_int32", OpKind::Abs)
          .in(i32({4}), std::vector<int32_t>{-3, 0, 5, -100})
          .out(i32({4}))
          .expect(std::vector<int32_t>{3, 0, 5, 100}),
      OpCase("ABS_int8", OpKind::Abs).in(i8({3, 7})).out(i8({3, 7}, 0.05f, -128)),
      OpCase("ABS_int16", OpKind::Abs).in(i16({3, 7})).out(i16({3, 7})),
      OpCase("NEG_float", OpKind::Neg).in(f32({3, 7})).out(f32({3, 7})),
      OpCase("NEG_int32", OpKind::Neg).in(i32({5})).out(i32({5})),
      OpCase("NEG_int8", OpKind::Neg).in(i8({3, 19})).out(i8({3, 19})),
      OpCase("EXP_int8", OpKind::Exp).in(i8({300}, 0.02f, 3)).out(i8({300}, 0.05f, -128)),
      OpCase("EXP_int16", OpKind::Exp).in(i16({3, 500})).out(i16({3, 500}, 0.001f)),
      OpCase("SQRT_int8", OpKind::Sqrt).in(i8({3, 7}, 0.05f, -128)).out(i8({3, 7}, 0.03f, -100)),
      OpCase("NEG_int64", OpKind::Neg).in(i64({5})).out(i64({5})),
      OpCase("EXP_float", OpKind::Exp).in(f32({2, 3, 5})).out(f32({2, 3, 5})),
      OpCase("LOG_float", OpKind::Log).in(f32({3, 5}), positive(15)).out(f32({3, 5})),
      OpCase("SQRT_float", OpKind::Sqrt)
          .in(f32({4}), std::vector<float>{0, 1, 4, 6.25f})
          .out(f32({4}))
          .expect(std::vector<float>{0, 1, 2, 2.5f}),
      OpCase("RSQRT_float", OpKind::Rsqrt)
          .in(f32({3}), std::vector<float>{1, 4, 0.25f})
          .out(f32({3}))
          .expect(std::vector<float>{1, 0.5f, 2}),
      OpCase("RSQRT_int8", OpKind::Rsqrt)
          .in(i8({6}, 0.05f, -128), std::vector<int8_t>{-127, -100, -50, 0, 50, 127})
          .out(i8({6}, 0.02f, -128)),
      OpCase("RSQRT_int16", OpKind::Rsqrt)
          .in(i16({5}, 0.0005f), std::vector<int16_t>{1, 100, 3000, 20000, 32767})
          .out(i16({5}, 0.001f)),
      OpCase("SQUARE_float", OpKind::Square)
          .in(f32({1, 3}), std::vector<float>{1, -2, 1.5f})
          .out(f32({1, 3}))
          .expect(std::vector<float>{1, 4, 2.25f}),
  };
}

}  // namespace trireme::conformance
