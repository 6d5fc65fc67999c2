#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases packCases() {
  return {
      OpCase("PACK_by_hand", OpKind::Pack, PackParams{2, 1})
          .in(f32({2}), std::vector<float>{1, 2})
          .in(f32({2}), std::vector<float>{3, 4})
          .out(f32({2, 2}))
          .expect(std::vector<float>{1, 3, 2, 4}),
      OpCase("PACK_float_front", OpKind::Pack, PackParams{3, 0})
          .in(f32({2, 3}))
          .in(f32({2, 3}))
          .in(f32({2, 3}))
          .out(f32({3, 2, 3})),
      OpCase("PACK_int8", OpKind::Pack, PackParams{2, -1}).in(i8({3, 4})).in(i8({3, 4})).out(i8({3, 4, 2})),
      OpCase("PACK_int32_with_constant", OpKind::Pack, PackParams{2, 0})
          .in(i32({}), std::vector<int32_t>{9})
          .constant(i32({}), std::vector<int32_t>{4})
          .out(i32({2}))
          .expect(std::vector<int32_t>{9, 4}),
      OpCase("PACK_float_last", OpKind::Pack, PackParams{3, 2})
          .in(f32({3, 19}))
          .in(f32({3, 19}))
          .in(f32({3, 19}))
          .out(f32({3, 19, 3})),
      OpCase("PACK_uint8_middle", OpKind::Pack, PackParams{2, 1}).in(u8({3, 37})).in(u8({3, 37})).out(u8({3, 2, 37})),
      OpCase("UNPACK_int16_last", OpKind::Unpack, UnpackParams{2, 2})
          .in(i16({3, 19, 2}))
          .out(i16({3, 19}))
          .out(i16({3, 19})),
      OpCase("UNPACK_float", OpKind::Unpack, UnpackParams{3, 1})
          .in(f32({2, 3, 5}))
          .out(f32({2, 5}))
          .out(f32({2, 5}))
          .out(f32({2, 5})),
      OpCase("UNPACK_int8_front", OpKind::Unpack, UnpackParams{2, 0}).in(i8({2, 5})).out(i8({5})).out(i8({5})),
      OpCase("UNPACK_int32_last", OpKind::Unpack, UnpackParams{2, -1})
          .in(i32({2, 2}), std::vector<int32_t>{1, 2, 3, 4})
          .out(i32({2}))
          .expect(std::vector<int32_t>{1, 3})
          .out(i32({2}))
          .expect(std::vector<int32_t>{2, 4}),
  };
}

}  // namespace trireme::conformance
