#include <cmath>

#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases quantizeCases() {
  return {
      OpCase("QUANTIZE_float_by_hand", OpKind::Quantize)
          .in(f32({5}), std::vector<float>{0, 0.25f, -0.75f, 100, -100})
          .out(i8({5}, 0.5f, 3))
          .expect(std::vector<int8_t>{3, 4, 1, 127, -128}),
      OpCase("QUANTIZE_float_to_uint8", OpKind::Quantize).in(f32({3, 7})).out(u8({3, 7}, 1.0f / 128, 128)),
      OpCase("QUANTIZE_float_to_int16", OpKind::Quantize).in(f32({3, 7})).out(i16({3, 7}, 1.0f / 32768)),
      OpCase("QUANTIZE_float_ends", OpKind::Quantize)
          .in(f32({10}),
              std::vector<float>{NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 0.125f, -0.125f, 0.375f, -0.0f, 1e-40f})
          .out(u8({10}, 0.25f, 7))
          .expect(std::vector<uint8_t>{7, 255, 0, 255, 0, 8, 6, 9, 7, 7}),
      OpCase("QUANTIZE_float_to_int8_many_channels", OpKind::Quantize).in(f32({3, 35})).out(i8({3, 35}, 0.013f, -11)),
      OpCase("QUANTIZE_uint8_to_int16", OpKind::Quantize).in(u8({3, 35})).out(i16({3, 35}, 0.00021f)),
      OpCase("QUANTIZE_int16_to_int16", OpKind::Quantize).in(i16({3, 35})).out(i16({3, 35}, 0.00021f)),
      OpCase("QUANTIZE_int16_to_int32", OpKind::Quantize)
          .in(i16({3, 5}))
          .out(support::quantized(DataType::Int32, {3, 5}, 0.0000003f, 0)),
      OpCase("QUANTIZE_int8_to_int8", OpKind::Quantize).in(i8({300})).out(i8({300}, 0.033f, 17)),
      OpCase("QUANTIZE_uint8_to_int8", OpKind::Quantize).in(u8({300}, 0.05f, 128)).out(i8({300}, 0.05f, 0)),
      OpCase("QUANTIZE_int8_to_uint8", OpKind::Quantize).in(i8({300})).out(u8({300}, 0.07f, 99)),
      OpCase("QUANTIZE_int16_to_int8", OpKind::Quantize).in(i16({300})).out(i8({300}, 0.1f, 4)),
      OpCase("QUANTIZE_int32_to_int16", OpKind::Quantize)
          .in(support::quantized(DataType::Int32, {6}, 1.5e-7f, 0),
              std::vector<int32_t>{0, 5, -70000, 2147483647, -2147483647, 12345678})
          .out(i16({6}, 0.0009f)),
      OpCase("DEQUANTIZE_int8_by_hand", OpKind::Dequantize)
          .in(i8({3}, 0.5f, 3), std::vector<int8_t>{3, -128, 127})
          .out(f32({3}))
          .expect(std::vector<float>{0, -65.5f, 62}),
      OpCase("DEQUANTIZE_uint8", OpKind::Dequantize).in(u8({2, 33})).out(f32({2, 33})),
      OpCase("DEQUANTIZE_int16", OpKind::Dequantize).in(i16({2, 33})).out(f32({2, 33})),
      OpCase("DEQUANTIZE_float16", OpKind::Dequantize).in(f16({2, 33})).out(f32({2, 33})),
      OpCase("DEQUANTIZE_int8_per_channel", OpKind::Dequantize).in(perChannel({4, 3, 3, 5}, 0)).out(f32({4, 3, 3, 5})),
  };
}

}  // namespace trireme::conformance
