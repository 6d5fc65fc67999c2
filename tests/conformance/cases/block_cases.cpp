#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases blockCases() {
  return {
      OpCase("DEPTH_TO_SPACE_by_hand", OpKind::DepthToSpace, BlockParams{2})
          .in(f32({1, 1, 1, 4}), std::vector<float>{1, 2, 3, 4})
          .out(f32({1, 2, 2, 1}))
          .expect(std::vector<float>{1, 2, 3, 4}),
      OpCase("DEPTH_TO_SPACE_float", OpKind::DepthToSpace, BlockParams{2})
          .in(f32({2, 3, 4, 12}))
          .out(f32({2, 6, 8, 3})),
      OpCase("DEPTH_TO_SPACE_int8", OpKind::DepthToSpace, BlockParams{3}).in(i8({1, 2, 3, 18})).out(i8({1, 6, 9, 2})),
      OpCase("DEPTH_TO_SPACE_uint8", OpKind::DepthToSpace, BlockParams{2}).in(u8({1, 2, 3, 8})).out(u8({1, 4, 6, 2})),
      OpCase("SPACE_TO_DEPTH_float", OpKind::SpaceToDepth, BlockParams{2})
          .in(f32({2, 6, 8, 3}))
          .out(f32({2, 3, 4, 12})),
      OpCase("DEPTH_TO_SPACE_float_whole_vectors", OpKind::DepthToSpace, BlockParams{2})
          .in(f32({1, 3, 2, 64}))
          .out(f32({1, 6, 4, 16})),
      OpCase("SPACE_TO_DEPTH_float_whole_vectors", OpKind::SpaceToDepth, BlockParams{2})
          .in(f32({2, 4, 6, 16}))
          .out(f32({2, 2, 3, 64})),
      OpCase("SPACE_TO_DEPTH_uint8_odd_channels", OpKind::SpaceToDepth, BlockParams{3})
          .in(u8({1, 6, 3, 5}))
          .out(u8({1, 2, 1, 45})),
      OpCase("SPACE_TO_DEPTH_int32", OpKind::SpaceToDepth, BlockParams{2})
          .in(i32({1, 8, 8, 3}))
          .out(i32({1, 4, 4, 12})),
      OpCase("SPACE_TO_DEPTH_int8", OpKind::SpaceToDepth, BlockParams{3}).in(i8({1, 6, 9, 2})).out(i8({1, 2, 3, 18})),
      OpCase("SPACE_TO_DEPTH_int64", OpKind::SpaceToDepth, BlockParams{2}).in(i64({1, 2, 2, 1})).out(i64({1, 1, 1, 4})),
  };
}

}  // namespace trireme::conformance
