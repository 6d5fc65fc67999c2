#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

Pool2dParams params(Padding padding, int32_t filter, int32_t stride, Activation activation = Activation::None) {
  return {padding, activation, stride, stride, filter, filter};
}

Cases rows(OpKind op, const std::string& name) {
  return {
      OpCase(name + "_float_same", op, params(Padding::Same, 3, 2)).in(f32({2, 9, 7, 5})).out(f32({2, 5, 4, 5})),
      OpCase(name + "_float_uneven", op, Pool2dParams{Padding::Valid, Activation::Relu6, 1, 2, 2, 3})
          .in(f32({1, 6, 9, 3}))
          .out(f32({1, 5, 4, 3})),
      OpCase(name + "_int8", op, params(Padding::Same, 3, 1)).in(i8({1, 6, 5, 7})).out(i8({1, 6, 5, 7})),
      OpCase(name + "_int8_relu", op, params(Padding::Valid, 2, 2, Activation::Relu))
          .in(i8({1, 6, 5, 7}))
          .out(i8({1, 3, 2, 7})),
      OpCase(name + "_uint8", op, params(Padding::Same, 2, 2)).in(u8({1, 7, 5, 3})).out(u8({1, 4, 3, 3})),
      OpCase(name + "_int16", op, params(Padding::Valid, 2, 2)).in(i16({1, 6, 4, 3})).out(i16({1, 3, 2, 3})),
  };
}

}  // namespace

Cases poolCases() {
  Cases all = rows(OpKind::AveragePool2d, "AVERAGE_POOL_2D");
  for (const OpCase& row : rows(OpKind::MaxPool2d, "MAX_POOL_2D")) all.push_back(row);
  all.push_back(OpCase("AVERAGE_POOL_2D_by_hand", OpKind::AveragePool2d, params(Padding::Same, 2, 2))
                    .in(f32({1, 3, 3, 1}), std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9})
                    .out(f32({1, 2, 2, 1}))
                    .expect(std::vector<float>{3, 4.5f, 7.5f, 9}));
  all.push_back(OpCase("AVERAGE_POOL_2D_global", OpKind::AveragePool2d, params(Padding::Valid, 7, 1))
                    .in(f32({1, 7, 7, 20}))
                    .out(f32({1, 1, 1, 20})));
  all.push_back(OpCase("MAX_POOL_2D_by_hand", OpKind::MaxPool2d, params(Padding::Valid, 2, 1))
                    .in(f32({1, 2, 3, 1}), std::vector<float>{1, 2, 3, 4, 5, -6})
                    .out(f32({1, 1, 2, 1}))
                    .expect(std::vector<float>{5, 5}));
  const auto global = params(Padding::Valid, 16, 1);
  for (int64_t channels : {1, 15, 16, 17, 33}) {
    const std::string end = "_global_of_" + std::to_string(channels) + "_channels";
    all.push_back(OpCase("AVERAGE_POOL_2D_int8" + end, OpKind::AveragePool2d, global)
                      .in(i8({1, 16, 16, channels}, 0.05f, 127))
                      .out(i8({1, 1, 1, channels}, 0.05f, 127)));
    all.push_back(OpCase("MAX_POOL_2D_float" + end, OpKind::MaxPool2d, global)
                      .in(f32({2, 16, 16, channels}))
                      .out(f32({2, 1, 1, channels})));
  }
  all.push_back(OpCase("AVERAGE_POOL_2D_int16_lowest", OpKind::AveragePool2d, global)
                    .in(i16({1, 16, 16, 1}), std::vector<int16_t>(256, -32768))
                    .out(i16({1, 1, 1, 1}))
                    .expect(std::vector<int16_t>{-32768}));
  return all;
}

}  // namespace trireme::conformance
