#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

std::vector<int32_t> nhwc() { return {0, 0, 1, 2, 3, 0, 0, 0}; }

}  // namespace

Cases padCases() {
  return {
      OpCase("PAD_by_hand", OpKind::Pad)
          .in(f32({1, 2}), std::vector<float>{1, 2})
          .constant(i32({2, 2}), std::vector<int32_t>{1, 0, 0, 1})
          .out(f32({2, 3}))
          .expect(std::vector<float>{0, 0, 0, 1, 2, 0}),
      OpCase("PAD_float", OpKind::Pad).in(f32({2, 3, 4, 5})).constant(i32({4, 2}), nhwc()).out(f32({2, 6, 7, 5})),
      OpCase("PAD_int8_fills_zero_point", OpKind::Pad)
          .in(i8({1, 3, 4, 2}))
          .constant(i32({4, 2}), nhwc())
          .out(i8({1, 6, 7, 2})),
      OpCase("PAD_uint8", OpKind::Pad).in(u8({1, 3, 4, 2})).constant(i32({4, 2}), nhwc()).out(u8({1, 6, 7, 2})),
      OpCase("PAD_int16", OpKind::Pad).in(i16({1, 3, 4, 2})).constant(i32({4, 2}), nhwc()).out(i16({1, 6, 7, 2})),
      OpCase("PAD_int32_paddings64", OpKind::Pad)
          .in(i32({3}))
          .constant(i64({1, 2}), std::vector<int64_t>{2, 1})
          .out(i32({6})),
      OpCase("PADV2_float", OpKind::PadV2)
          .in(f32({1, 2}), std::vector<float>{1, 2})
          .constant(i32({2, 2}), std::vector<int32_t>{1, 0, 0, 1})
          .constant(f32({}), std::vector<float>{-7})
          .out(f32({2, 3}))
          .expect(std::vector<float>{-7, -7, -7, 1, 2, -7}),
      OpCase("PADV2_int8", OpKind::PadV2)
          .in(i8({1, 3, 4, 2}))
          .constant(i32({4, 2}), nhwc())
          .constant(i8({1}), std::vector<int8_t>{-128})
          .out(i8({1, 6, 7, 2})),
      OpCase("PAD_float_channels", OpKind::Pad)
          .in(f32({1, 3, 4, 5}))
          .constant(i32({4, 2}), std::vector<int32_t>{0, 0, 0, 1, 1, 0, 2, 14})
          .out(f32({1, 4, 5, 21})),
      OpCase("PAD_float_whole_vectors", OpKind::Pad)
          .in(f32({1, 6, 5, 32}))
          .constant(i32({4, 2}), std::vector<int32_t>{0, 0, 1, 1, 1, 2, 0, 0})
          .out(f32({1, 8, 8, 32})),
      OpCase("PAD_int8_many_channels", OpKind::Pad)
          .in(i8({2, 3, 4, 35}))
          .constant(i32({4, 2}), std::vector<int32_t>{1, 0, 1, 1, 2, 1, 3, 4})
          .out(i8({3, 5, 7, 42})),
      OpCase("PADV2_int32_large_value", OpKind::PadV2)
          .in(i32({2, 3}))
          .constant(i32({2, 2}), std::vector<int32_t>{0, 1, 2, 1})
          .constant(i32({}), std::vector<int32_t>{-1234567891})
          .out(i32({3, 6})),
      OpCase("MIRROR_PAD_int16_channels", OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect})
          .in(i16({1, 3, 19}))
          .constant(i32({3, 2}), std::vector<int32_t>{0, 0, 1, 2, 5, 3})
          .out(i16({1, 6, 27})),
      OpCase("MIRROR_PAD_reflect", OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect})
          .in(f32({1, 3}), std::vector<float>{1, 2, 3})
          .constant(i32({2, 2}), std::vector<int32_t>{0, 0, 2, 1})
          .out(f32({1, 6}))
          .expect(std::vector<float>{3, 2, 1, 2, 3, 2}),
      OpCase("MIRROR_PAD_symmetric", OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Symmetric})
          .in(f32({1, 3}), std::vector<float>{1, 2, 3})
          .constant(i32({2, 2}), std::vector<int32_t>{0, 0, 2, 1})
          .out(f32({1, 6}))
          .expect(std::vector<float>{2, 1, 1, 2, 3, 3}),
      OpCase("MIRROR_PAD_float_picture", OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect})
          .in(f32({1, 5, 6, 3}))
          .constant(i32({4, 2}), std::vector<int32_t>{0, 0, 2, 2, 3, 1, 0, 0})
          .out(f32({1, 9, 10, 3})),
      OpCase("MIRROR_PAD_int8", OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Symmetric})
          .in(i8({2, 5}))
          .constant(i32({2, 2}), std::vector<int32_t>{1, 1, 2, 3})
          .out(i8({4, 10})),
  };
}

}  // namespace trireme::conformance
