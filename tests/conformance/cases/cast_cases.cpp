#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases castCases() {
  constexpr OpKind kOp = OpKind::Cast;
  return {
      OpCase("CAST_float_to_int32", kOp)
          .in(f32({4}), std::vector<float>{1.9f, -1.9f, 0.2f, 100})
          .out(i32({4}))
          .expect(std::vector<int32_t>{1, -1, 0, 100}),
      OpCase("CAST_int32_to_float", kOp)
          .in(i32({3}), std::vector<int32_t>{-7, 0, 16777216})
          .out(f32({3}))
          .expect(std::vector<float>{-7, 0, 16777216}),
      OpCase("CAST_uint8_to_float", kOp)
          .in(support::plain(DataType::UInt8, {4}), std::vector<uint8_t>{0, 1, 128, 255})
          .out(f32({4}))
          .expect(std::vector<float>{0, 1, 128, 255}),
      OpCase("CAST_float_to_bool", kOp)
          .in(f32({4}), std::vector<float>{0, 0.5f, -1, 0})
          .out(boolean({4}))
          .expect(std::vector<bool>{false, true, true, false}),
      OpCase("CAST_bool_to_float", kOp)
          .in(boolean({3}), std::vector<bool>{true, false, true})
          .out(f32({3}))
          .expect(std::vector<float>{1, 0, 1}),
      OpCase("CAST_int64_to_int32", kOp)
          .in(i64({2, 2}), std::vector<int64_t>{1, -2, 3, -4})
          .out(i32({2, 2}))
          .expect(std::vector<int32_t>{1, -2, 3, -4}),
      OpCase("CAST_int32_to_int64", kOp)
          .in(i32({2}), std::vector<int32_t>{-5, 7})
          .out(i64({2}))
          .expect(std::vector<int64_t>{-5, 7}),
  };
}

}  // namespace trireme::conformance
