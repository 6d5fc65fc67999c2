#include <limits>

#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

std::string named(OpKind op, const std::string& rest) {
  std::string name(opName(op));
  return name + "_" + rest;
}

Cases floatRows(OpKind op, const OpParams& params) {
  return {
      OpCase(named(op, "float_same_shape"), op, params)
          .in(f32({2, 3, 5, 7}))
          .in(f32({2, 3, 5, 7}))
          .out(f32({2, 3, 5, 7})),
      OpCase(named(op, "float_broadcast_channel"), op, params)
          .in(f32({2, 3, 5, 7}))
          .constant(f32({7}))
          .out(f32({2, 3, 5, 7})),
      OpCase(named(op, "float_broadcast_both"), op, params)
          .in(f32({3, 1, 4}))
          .in(f32({2, 1, 5, 1}))
          .out(f32({2, 3, 5, 4})),
      OpCase(named(op, "float_scalar_left"), op, params).in(f32({})).in(f32({3, 5})).out(f32({3, 5})),
  };
}

void append(Cases& all, const Cases& some) { all.insert(all.end(), some.begin(), some.end()); }

Cases integerRows(OpKind op, const OpParams& params, float outScale8, float outScale16) {
  return {
      OpCase(named(op, "int8"), op, params)
          .in(i8({2, 5, 7}))
          .in(i8({2, 5, 7}, 0.03f, 9))
          .out(i8({2, 5, 7}, outScale8, -5)),
      OpCase(named(op, "int8_broadcast"), op, params)
          .in(i8({2, 1, 7}))
          .in(i8({5, 1}, 0.03f, 9))
          .out(i8({2, 5, 7}, outScale8, -5)),
      OpCase(named(op, "uint8"), op, params).in(u8({3, 5})).in(u8({3, 5}, 0.03f, 9)).out(u8({3, 5}, outScale8, 130)),
      OpCase(named(op, "int16"), op, params).in(i16({3, 5})).in(i16({3, 5}, 0.0003f)).out(i16({3, 5}, outScale16)),
      OpCase(named(op, "int32"), op, params).in(i32({3, 5})).in(i32({5})).out(i32({3, 5})),
  };
}

std::vector<float> positive(size_t count) {
  support::Random random(3);
  std::vector<float> values(count);
  for (float& value : values) value = random.real(0.25f, 4);
  return values;
}

Cases divisionRows() {
  return {
      OpCase("DIV_float", OpKind::Div, ActivationParams())
          .in(f32({3, 5}))
          .in(f32({3, 5}), positive(15))
          .out(f32({3, 5})),
      OpCase("DIV_float_broadcast_relu", OpKind::Div, ActivationParams{Activation::Relu})
          .in(f32({2, 3, 5}))
          .constant(f32({5}), positive(5))
          .out(f32({2, 3, 5})),
      OpCase("DIV_int32", OpKind::Div, ActivationParams())
          .in(i32({2, 3}), std::vector<int32_t>{7, -7, 9, -9, 0, 5})
          .in(i32({2, 3}), std::vector<int32_t>{2, 2, -3, 4, 5, 7})
          .out(i32({2, 3}))
          .expect(std::vector<int32_t>{3, -3, -3, -2, 0, 0}),
      OpCase("DIV_uint8", OpKind::Div, ActivationParams())
          .in(u8({1, 4}, 0.02f, 10))
          .in(u8({1, 4}, 0.01f, 0), std::vector<uint8_t>{50, 100, 200, 255})
          .out(u8({1, 4}, 0.05f, 0)),
      OpCase("FLOOR_DIV_float", OpKind::FloorDiv)
          .in(f32({4}), std::vector<float>{7, -7, 7.5f, -7.5f})
          .in(f32({4}), std::vector<float>{2, 2, -2, -2})
          .out(f32({4}))
          .expect(std::vector<float>{3, -4, -4, 3}),
      OpCase("FLOOR_DIV_int32", OpKind::FloorDiv)
          .in(i32({2, 3}), std::vector<int32_t>{7, -7, 9, -9, 0, 5})
          .constant(i32({3}), std::vector<int32_t>{2, 2, -4})
          .out(i32({2, 3}))
          .expect(std::vector<int32_t>{3, -4, -3, -5, 0, -2}),
  };
}

Cases extremeRows(OpKind op) {
  Cases rows = floatRows(op, NoParams());
  rows.push_back(OpCase(named(op, "int8"), op).in(i8({3, 5})).in(i8({3, 5})).out(i8({3, 5})));
  rows.push_back(OpCase(named(op, "uint8_broadcast"), op).in(u8({3, 5})).in(u8({5})).out(u8({3, 5})));
  rows.push_back(OpCase(named(op, "int32"), op).in(i32({3, 5})).in(i32({3, 1})).out(i32({3, 5})));
  rows.push_back(OpCase(named(op, "int64"), op).in(i64({3, 5})).in(i64({})).out(i64({3, 5})));
  rows.push_back(OpCase(named(op, "int16"), op).in(i16({3, 5})).in(i16({3, 5})).out(i16({3, 5})));
  return rows;
}

Cases byHand() {
  return {
      OpCase("ADD_float_by_hand_relu", OpKind::Add, AddParams{Activation::Relu, true})
          .in(f32({2, 2}), std::vector<float>{1, -2, 3, -4})
          .in(f32({2}), std::vector<float>{1, 1})
          .out(f32({2, 2}))
          .expect(std::vector<float>{2, 0, 4, 0}),
      OpCase("SUB_float_by_hand", OpKind::Sub, AddParams())
          .in(f32({3}), std::vector<float>{1, -2, 3})
          .constant(f32({}), std::vector<float>{0.5f})
          .out(f32({3}))
          .expect(std::vector<float>{0.5f, -2.5f, 2.5f}),
      OpCase("MUL_float_by_hand_relu6", OpKind::Mul, ActivationParams{Activation::Relu6})
          .in(f32({3}), std::vector<float>{1, -2, 3})
          .in(f32({3}), std::vector<float>{2, 2, 4})
          .out(f32({3}))
          .expect(std::vector<float>{2, 0, 6}),
      OpCase("ADD_int8_relu", OpKind::Add, AddParams{Activation::Relu, true})
          .in(i8({4, 9}))
          .in(i8({4, 9}, 0.02f, 11))
          .out(i8({4, 9}, 0.04f, -100)),
      OpCase("ADD_int16_power_of_two", OpKind::Add, AddParams{Activation::None, true})
          .in(i16({4, 9}, 1.0f / 2048))
          .in(i16({4, 9}, 1.0f / 1024))
          .out(i16({4, 9}, 1.0f / 1024)),
      OpCase("ADD_int64", OpKind::Add, AddParams()).in(i64({4, 3})).in(i64({3})).out(i64({4, 3})),
      OpCase("SUB_int64", OpKind::Sub, AddParams()).in(i64({4, 3})).in(i64({3})).out(i64({4, 3})),
      OpCase("MUL_int64", OpKind::Mul, ActivationParams()).in(i64({4, 3})).in(i64({3})).out(i64({4, 3})),
      OpCase("ADD_float_rank6", OpKind::Add, AddParams())
          .in(f32({2, 1, 3, 1, 2, 2}))
          .in(f32({1, 2, 1, 3, 2, 1}))
          .out(f32({2, 2, 3, 3, 2, 2})),
  };
}

// Operands of one channel, one row or one element against many, around the vector widths of devices.
Cases spreadRows() {
  Cases rows;
  for (int64_t channels : {1, 2, 3, 15, 16, 17, 31, 33}) {
    const std::string end = std::to_string(channels) + "_channels";
    rows.push_back(OpCase("ADD_float_one_channel_to_" + end, OpKind::Add, AddParams())
                       .in(f32({2, 3, 1}))
                       .in(f32({2, 3, channels}))
                       .out(f32({2, 3, channels})));
    rows.push_back(OpCase("MUL_float_gate_of_" + end, OpKind::Mul, ActivationParams())
                       .in(f32({2, 3, 4, channels}))
                       .in(f32({2, 1, 1, channels}))
                       .out(f32({2, 3, 4, channels})));
    rows.push_back(OpCase("SUB_int8_middle_axis_of_" + end, OpKind::Sub, AddParams())
                       .in(i8({2, 3, 2, channels}))
                       .in(i8({2, 1, 2, 1}, 0.03f, 127))
                       .out(i8({2, 3, 2, channels}, 0.09f, -128)));
    rows.push_back(OpCase("DIV_int8_by_constants_of_" + end, OpKind::Div, ActivationParams())
                       .in(i8({3, channels}))
                       .constant(i8({1, channels}, 0.02f, -128), std::vector<int8_t>(size_t(channels), 77))
                       .out(i8({3, channels}, 0.04f, 3)));
  }
  return rows;
}

Cases oddNumbers() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> left = {kNan, 1, kInfinity, -kInfinity, 3e38f, 0}, right = {1, kNan, 1, 2, 3e38f, 0};
  return {
      OpCase("ADD_float_infinities", OpKind::Add, AddParams())
          .in(f32({2}), std::vector<float>{kInfinity, -kInfinity})
          .in(f32({2}), std::vector<float>{1, 1})
          .out(f32({2})),
      OpCase("MAXIMUM_float_not_numbers", OpKind::Maximum).in(f32({6}), left).in(f32({6}), right).out(f32({6})),
      OpCase("MINIMUM_float_not_numbers", OpKind::Minimum).in(f32({6}), left).in(f32({6}), right).out(f32({6})),
      OpCase("FLOOR_DIV_float_by_constants", OpKind::FloorDiv)
          .in(f32({5}), std::vector<float>{7, -7, 7.5f, -7.5f, 8388609})
          .constant(f32({5}), std::vector<float>{2, 2, -2, -2, 8388610})
          .out(f32({5}))
          .expect(std::vector<float>{3, -4, -4, 3, 0}),
      OpCase("ADD_int32_wraps", OpKind::Add, AddParams())
          .in(i32({2}), std::vector<int32_t>{2147483647, -2147483647})
          .in(i32({2}), std::vector<int32_t>{1, -2})
          .out(i32({2}))
          .expect(std::vector<int32_t>{-2147483647 - 1, 2147483647}),
  };
}

}  // namespace

Cases binaryCases() {
  Cases all = byHand();
  append(all, floatRows(OpKind::Add, AddParams()));
  append(all, floatRows(OpKind::Sub, AddParams()));
  append(all, floatRows(OpKind::Mul, ActivationParams()));
  append(all, floatRows(OpKind::SquaredDifference, NoParams()));
  append(all, integerRows(OpKind::Add, AddParams{Activation::None, false}, 0.09f, 0.0009f));
  append(all, integerRows(OpKind::Sub, AddParams{Activation::None, false}, 0.09f, 0.0009f));
  append(all, integerRows(OpKind::Mul, ActivationParams(), 0.2f, 0.0001f));
  all.push_back(OpCase("SQUARED_DIFFERENCE_int8", OpKind::SquaredDifference)
                    .in(i8({3, 5}))
                    .in(i8({3, 5}, 0.03f, 9))
                    .out(i8({3, 5}, 0.5f, -128)));
  all.push_back(
      OpCase("SQUARED_DIFFERENCE_int32", OpKind::SquaredDifference).in(i32({3, 5})).in(i32({5})).out(i32({3, 5})));
  append(all, divisionRows());
  append(all, spreadRows());
  append(all, oddNumbers());
  append(all, extremeRows(OpKind::Minimum));
  append(all, extremeRows(OpKind::Maximum));
  return all;
}

}  // namespace trireme::conformance
