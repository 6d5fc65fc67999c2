#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases batchMatmulCases() {
  constexpr OpKind kOp = OpKind::BatchMatmul;
  return {
      OpCase("BatchMatmul_float_by_hand", kOp, BatchMatmulParams())
          .in(f32({1, 2, 2}), std::vector<float>{1, 2, 3, 4})
          .in(f32({1, 2, 2}), std::vector<float>{1, 0, 2, 1})
          .out(f32({1, 2, 2}))
          .expect(std::vector<float>{5, 2, 11, 4}),
      OpCase("BatchMatmul_float_broadcasts", kOp, BatchMatmulParams())
          .in(f32({2, 1, 5, 7}))
          .in(f32({3, 7, 4}))
          .out(f32({2, 3, 5, 4})),
      OpCase("BatchMatmul_float_adjoint_x", kOp, BatchMatmulParams{true, false, false})
          .in(f32({2, 7, 5}))
          .in(f32({2, 7, 4}))
          .out(f32({2, 5, 4})),
      OpCase("BatchMatmul_float_adjoint_y", kOp, BatchMatmulParams{false, true, false})
          .in(f32({2, 5, 7}))
          .in(f32({2, 4, 7}))
          .out(f32({2, 5, 4})),
      OpCase("BatchMatmul_float_constant_right", kOp, BatchMatmulParams())
          .in(f32({3, 5, 7}))
          .constant(f32({7, 4}))
          .out(f32({3, 5, 4})),
      OpCase("BatchMatmul_int8", kOp, BatchMatmulParams())
          .in(i8({2, 5, 7}))
          .in(i8({2, 7, 4}, 0.02f, 6))
          .out(i8({2, 5, 4}, 0.3f, 1)),
      OpCase("BatchMatmul_int16", kOp, BatchMatmulParams())
          .in(i16({2, 3, 9}))
          .in(i16({2, 9, 4}))
          .out(i16({2, 3, 4}, 0.005f)),
  };
}

}  // namespace trireme::conformance
