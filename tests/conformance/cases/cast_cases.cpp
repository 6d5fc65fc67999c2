#include <cmath>

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
      OpCase("CAST_float_to_int32_ends", kOp)
          .in(f32({6}), std::vector<float>{NAN, INFINITY, -INFINITY, 2147483648.0f, 2147483520.0f, -2147483648.0f})
          .out(i32({6}))
          .expect(std::vector<int32_t>{2147483647, 2147483647, -2147483648, 2147483647, 2147483520, -2147483648}),
      OpCase("CAST_float_to_int8", kOp)
          .in(f32({7}), std::vector<float>{-128.9f, -129, 127.9f, 128, -0.9f, 0.9f, -INFINITY})
          .out(support::plain(DataType::Int8, {7}))
          .expect(std::vector<int8_t>{-128, -128, 127, 127, 0, 0, -128}),
      OpCase("CAST_float_to_uint8", kOp)
          .in(f32({5}), std::vector<float>{-0.5f, 255.9f, 256, -7, 3.99f})
          .out(support::plain(DataType::UInt8, {5}))
          .expect(std::vector<uint8_t>{0, 255, 255, 0, 3}),
      OpCase("CAST_int32_to_int8_wraps", kOp)
          .in(i32({5}), std::vector<int32_t>{127, 128, -129, 256, -2147483647 - 1})
          .out(support::plain(DataType::Int8, {5}))
          .expect(std::vector<int8_t>{127, -128, 127, 0, 0}),
      OpCase("CAST_int32_to_uint8_wraps", kOp)
          .in(i32({2, 2}), std::vector<int32_t>{-1, 256, 511, 7})
          .out(support::plain(DataType::UInt8, {2, 2}))
          .expect(std::vector<uint8_t>{255, 0, 255, 7}),
      OpCase("CAST_int32_to_int16_wraps", kOp)
          .in(i32({3}), std::vector<int32_t>{32768, -32769, 65535})
          .out(support::plain(DataType::Int16, {3}))
          .expect(std::vector<int16_t>{-32768, 32767, -1}),
      OpCase("CAST_int32_to_bool", kOp)
          .in(i32({3}), std::vector<int32_t>{256, 0, -1})
          .out(boolean({3}))
          .expect(std::vector<bool>{true, false, true}),
      OpCase("CAST_int16_to_float", kOp)
          .in(support::plain(DataType::Int16, {2}), std::vector<int16_t>{-32768, 32767})
          .out(f32({2}))
          .expect(std::vector<float>{-32768, 32767}),
      OpCase("CAST_bool_to_int32", kOp).in(boolean({3, 19})).out(i32({3, 19})),
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
