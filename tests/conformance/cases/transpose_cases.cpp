#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases transposeCases() {
  constexpr OpKind kOp = OpKind::Transpose;
  return {
      OpCase("TRANSPOSE_by_hand", kOp)
          .in(f32({2, 3}), std::vector<float>{1, 2, 3, 4, 5, 6})
          .constant(i32({2}), std::vector<int32_t>{1, 0})
          .out(f32({3, 2}))
          .expect(std::vector<float>{1, 4, 2, 5, 3, 6}),
      OpCase("TRANSPOSE_float_nhwc_to_nchw", kOp)
          .in(f32({2, 3, 4, 5}))
          .constant(i32({4}), std::vector<int32_t>{0, 3, 1, 2})
          .out(f32({2, 5, 3, 4})),
      OpCase("TRANSPOSE_int8", kOp)
          .in(i8({3, 4, 5}))
          .constant(i32({3}), std::vector<int32_t>{2, 0, 1})
          .out(i8({5, 3, 4})),
      OpCase("TRANSPOSE_uint8", kOp)
          .in(u8({3, 4, 5}))
          .constant(i32({3}), std::vector<int32_t>{1, 2, 0})
          .out(u8({4, 5, 3})),
      OpCase("TRANSPOSE_int16", kOp).in(i16({3, 4})).constant(i32({2}), std::vector<int32_t>{1, 0}).out(i16({4, 3})),
      OpCase("TRANSPOSE_int32_rank5", kOp)
          .in(i32({2, 3, 1, 2, 2}))
          .constant(i32({5}), std::vector<int32_t>{4, 0, 3, 2, 1})
          .out(i32({2, 2, 2, 1, 3})),
      OpCase("TRANSPOSE_int64", kOp).in(i64({3, 4})).constant(i32({2}), std::vector<int32_t>{1, 0}).out(i64({4, 3})),
      OpCase("TRANSPOSE_float_nchw_to_nhwc", kOp)
          .in(f32({2, 19, 3, 7}))
          .constant(i32({4}), std::vector<int32_t>{0, 2, 3, 1})
          .out(f32({2, 3, 7, 19})),
      OpCase("TRANSPOSE_float_matrices", kOp)
          .in(f32({3, 17, 33}))
          .constant(i32({3}), std::vector<int32_t>{0, 2, 1})
          .out(f32({3, 33, 17})),
      OpCase("TRANSPOSE_float_swaps_rows_of_vectors", kOp)
          .in(f32({3, 5, 32}))
          .constant(i32({3}), std::vector<int32_t>{1, 0, 2})
          .out(f32({5, 3, 32})),
      OpCase("TRANSPOSE_int8_matrix", kOp)
          .in(i8({40, 35}))
          .constant(i32({2}), std::vector<int32_t>{1, 0})
          .out(i8({35, 40})),
      OpCase("TRANSPOSE_uint8_rank6_in_blocks", kOp)
          .in(u8({2, 3, 2, 1, 3, 5}))
          .constant(i32({6}), std::vector<int32_t>{3, 4, 5, 0, 1, 2})
          .out(u8({1, 3, 5, 2, 3, 2})),
      OpCase("TRANSPOSE_int16_rank6_all_apart", kOp)
          .in(i16({2, 3, 2, 2, 3, 2}))
          .constant(i32({6}), std::vector<int32_t>{5, 4, 3, 2, 1, 0})
          .out(i16({2, 3, 2, 2, 3, 2})),
      OpCase("TRANSPOSE_bool", kOp)
          .in(boolean({3, 4}))
          .constant(i32({2}), std::vector<int32_t>{1, 0})
          .out(boolean({4, 3})),
  };
}

}  // namespace trireme::conformance
