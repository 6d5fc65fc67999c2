#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases reshapeCases() {
  return {
      OpCase("RESHAPE_by_options", OpKind::Reshape, ReshapeParams{{2, -1}}).in(f32({3, 4})).out(f32({2, 6})),
      OpCase("RESHAPE_by_input", OpKind::Reshape, ReshapeParams{{}})
          .in(i8({3, 4}))
          .constant(i32({3}), std::vector<int32_t>{-1, 1, 2})
          .out(i8({6, 1, 2})),
      OpCase("RESHAPE_int32_to_scalar_vector", OpKind::Reshape, ReshapeParams{{1}}).in(i32({1, 1, 1})).out(i32({1})),
      OpCase("SQUEEZE_named_axes", OpKind::Squeeze, SqueezeParams{{1, -1}}).in(f32({3, 1, 4, 1})).out(f32({3, 4})),
      OpCase("SQUEEZE_all", OpKind::Squeeze, SqueezeParams{{}}).in(u8({1, 3, 1, 4})).out(u8({3, 4})),
      OpCase("EXPAND_DIMS_front", OpKind::ExpandDims)
          .in(f32({3, 4}))
          .constant(i32({1}), std::vector<int32_t>{0})
          .out(f32({1, 3, 4})),
      OpCase("EXPAND_DIMS_back", OpKind::ExpandDims)
          .in(i8({3, 4}))
          .constant(i32({}), std::vector<int32_t>{-1})
          .out(i8({3, 4, 1})),
      OpCase("SHAPE_int32", OpKind::Shape, ShapeParams{DataType::Int32})
          .in(f32({3, 4, 5}))
          .out(i32({3}))
          .expect(std::vector<int32_t>{3, 4, 5}),
      OpCase("SHAPE_int64", OpKind::Shape, ShapeParams{DataType::Int64})
          .in(f32({3, 1}))
          .out(i64({2}))
          .expect(std::vector<int64_t>{3, 1}),
  };
}

}  // namespace trireme::conformance
