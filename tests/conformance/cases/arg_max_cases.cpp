#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases argMaxCases() {
  constexpr OpKind kOp = OpKind::ArgMax;
  return {
      OpCase("ARG_MAX_first_of_equals", kOp, ArgMaxParams{DataType::Int64})
          .in(f32({2, 3}), std::vector<float>{1, 5, 5, -1, -3, -1})
          .constant(i32({}), std::vector<int32_t>{1})
          .out(i64({2}))
          .expect(std::vector<int64_t>{1, 0}),
      OpCase("ARG_MAX_float_channels", kOp, ArgMaxParams{DataType::Int32})
          .in(f32({1, 4, 5, 21}))
          .constant(i32({1}), std::vector<int32_t>{-1})
          .out(i32({1, 4, 5})),
      OpCase("ARG_MAX_uint8", kOp, ArgMaxParams{DataType::Int64})
          .in(u8({1, 4, 5, 21}))
          .constant(i32({}), std::vector<int32_t>{3})
          .out(i64({1, 4, 5})),
      OpCase("ARG_MAX_int8_axis0", kOp, ArgMaxParams{DataType::Int32})
          .in(i8({9, 4}))
          .constant(i32({}), std::vector<int32_t>{0})
          .out(i32({4})),
      OpCase("ARG_MAX_int32", kOp, ArgMaxParams{DataType::Int32})
          .in(i32({5, 4}))
          .constant(i32({}), std::vector<int32_t>{0})
          .out(i32({4})),
  };
}

}  // namespace trireme::conformance
