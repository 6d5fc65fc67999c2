#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

// Types of an activation's input and output that have the same quantisation.
Cases ranges(OpKind op, const std::string& name) {
  return {
      OpCase(name + "_float", op).in(f32({2, 5, 7})).out(f32({2, 5, 7})),
      OpCase(name + "_int8", op).in(i8({2, 33})).out(i8({2, 33})),
      OpCase(name + "_uint8", op).in(u8({2, 33}, 0.02f, 90)).out(u8({2, 33}, 0.02f, 90)),
  };
}

Cases curves() {
  return {
      OpCase("LOGISTIC_float", OpKind::Logistic).in(f32({2, 5, 7})).out(f32({2, 5, 7})),
      OpCase("LOGISTIC_int8", OpKind::Logistic).in(i8({300})).out(i8({300}, 1.0f / 256, -128)),
      OpCase("LOGISTIC_uint8", OpKind::Logistic).in(u8({300})).out(u8({300}, 1.0f / 256, 0)),
      OpCase("LOGISTIC_int16", OpKind::Logistic).in(i16({300}, 1.0f / 4096)).out(i16({300}, 1.0f / 32768)),
      OpCase("TANH_float", OpKind::Tanh).in(f32({2, 5, 7})).out(f32({2, 5, 7})),
      OpCase("TANH_int8", OpKind::Tanh).in(i8({300})).out(i8({300}, 1.0f / 128, 0)),
      OpCase("TANH_uint8", OpKind::Tanh).in(u8({300})).out(u8({300}, 1.0f / 128, 128)),
      OpCase("TANH_int16", OpKind::Tanh).in(i16({300}, 1.0f / 4096)).out(i16({300}, 1.0f / 32768)),
      OpCase("ELU_float", OpKind::Elu).in(f32({3, 11})).out(f32({3, 11})),
      OpCase("ELU_int8", OpKind::Elu).in(i8({300})).out(i8({300}, 0.05f, -100)),
      OpCase("GELU_float", OpKind::Gelu, GeluParams{false}).in(f32({3, 11})).out(f32({3, 11})),
      OpCase("GELU_float_approximate", OpKind::Gelu, GeluParams{true}).in(f32({3, 11})).out(f32({3, 11})),
      OpCase("GELU_int8", OpKind::Gelu, GeluParams{false}).in(i8({300})).out(i8({300}, 0.05f, -100)),
      OpCase("HARD_SWISH_float", OpKind::HardSwish)
          .in(f32({4}), std::vector<float>{-4, 0, 1.5f, 5})
          .out(f32({4}))
          .expect(std::vector<float>{0, 0, 1.125f, 5}),
      OpCase("HARD_SWISH_int8", OpKind::HardSwish).in(i8({300})).out(i8({300}, 0.04f, -110)),
      OpCase("HARD_SWISH_uint8", OpKind::HardSwish).in(u8({300})).out(u8({300}, 0.04f, 10)),
  };
}

Cases slopes() {
  return {
      OpCase("LEAKY_RELU_float", OpKind::LeakyRelu, LeakyReluParams{0.25f})
          .in(f32({3}), std::vector<float>{-2, 0, 3})
          .out(f32({3}))
          .expect(std::vector<float>{-0.5f, 0, 3}),
      OpCase("LEAKY_RELU_int8", OpKind::LeakyRelu, LeakyReluParams{0.1f}).in(i8({300})).out(i8({300}, 0.04f, -20)),
      OpCase("LEAKY_RELU_uint8", OpKind::LeakyRelu, LeakyReluParams{0.1f}).in(u8({300})).out(u8({300}, 0.04f, 20)),
      OpCase("LEAKY_RELU_int16", OpKind::LeakyRelu, LeakyReluParams{0.3f}).in(i16({300})).out(i16({300}, 0.0004f)),
      OpCase("PRELU_float", OpKind::Prelu).in(f32({1, 4, 5, 3})).constant(f32({1, 1, 3})).out(f32({1, 4, 5, 3})),
      OpCase("PRELU_int8", OpKind::Prelu)
          .in(i8({1, 4, 5, 3}))
          .constant(i8({1, 1, 3}, 0.005f, 0))
          .out(i8({1, 4, 5, 3}, 0.04f, -10)),
      OpCase("PRELU_float_slopes_of_each", OpKind::Prelu)
          .in(f32({2, 4, 5, 17}))
          .constant(f32({4, 5, 17}))
          .out(f32({2, 4, 5, 17})),
      OpCase("PRELU_float_one_slope", OpKind::Prelu).in(f32({2, 4, 33})).in(f32({1})).out(f32({2, 4, 33})),
      OpCase("PRELU_uint8", OpKind::Prelu)
          .in(u8({1, 4, 5, 3}))
          .constant(u8({1, 1, 3}, 0.005f, 128))
          .out(u8({1, 4, 5, 3}, 0.04f, 110)),
      OpCase("PRELU_int16_by_hand", OpKind::Prelu)
          .in(i16({1, 4}, 0.01f), std::vector<int16_t>{-300, -400, -500, -600})
          .constant(i8({4}, 0.005f, 0), std::vector<int8_t>{3, 5, 7, 100})
          .out(i16({1, 4}, 0.01f))
          .expect(std::vector<int16_t>{-5, -10, -18, -300}),
  };
}

}  // namespace

Cases activationCases() {
  Cases all = curves();
  const auto append = [&all](const Cases& some) { all.insert(all.end(), some.begin(), some.end()); };
  append(slopes());
  append(ranges(OpKind::Relu, "RELU"));
  append(ranges(OpKind::Relu6, "RELU6"));
  append(ranges(OpKind::ReluN1To1, "RELU_N1_TO_1"));
  append(ranges(OpKind::Relu0To1, "RELU_0_TO_1"));
  all.push_back(OpCase("RELU_int16", OpKind::Relu).in(i16({40})).out(i16({40})));
  all.push_back(OpCase("RELU_int8_requantized", OpKind::Relu).in(i8({40})).out(i8({40}, 0.03f, -128)));
  all.push_back(OpCase("RELU_N1_TO_1_by_hand", OpKind::ReluN1To1)
                    .in(f32({4}), std::vector<float>{-3, -0.5f, 0.5f, 3})
                    .out(f32({4}))
                    .expect(std::vector<float>{-1, -0.5f, 0.5f, 1}));
  all.push_back(OpCase("RELU_0_TO_1_by_hand", OpKind::Relu0To1)
                    .in(f32({4}), std::vector<float>{-3, -0.5f, 0.5f, 3})
                    .out(f32({4}))
                    .expect(std::vector<float>{0, 0, 0.5f, 1}));
  return all;
}

}  // namespace trireme::conformance
