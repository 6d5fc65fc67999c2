#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

std::vector<int32_t> axes(std::initializer_list<int32_t> list) { return list; }

Cases rows(OpKind op, const std::string& name) {
  return {
      OpCase(name + "_float_height_width", op, ReduceParams{false})
          .in(f32({2, 5, 7, 3}))
          .constant(i32({2}), axes({1, 2}))
          .out(f32({2, 3})),
      OpCase(name + "_float_keeps_dimensions", op, ReduceParams{true})
          .in(f32({2, 5, 7, 3}))
          .constant(i32({2}), axes({-3, 2}))
          .out(f32({2, 1, 1, 3})),
      OpCase(name + "_float_last_axis", op, ReduceParams{false})
          .in(f32({4, 9}))
          .constant(i32({1}), axes({-1}))
          .out(f32({4})),
      OpCase(name + "_float_everything", op, ReduceParams{false})
          .in(f32({3, 4}))
          .constant(i32({2}), axes({0, 1}))
          .out(f32({})),
      OpCase(name + "_int8", op, ReduceParams{true})
          .in(i8({1, 7, 5, 9}))
          .constant(i32({2}), axes({1, 2}))
          .out(i8({1, 1, 1, 9}, 0.07f, 4)),
      OpCase(name + "_uint8", op, ReduceParams{false})
          .in(u8({1, 4, 3, 5}))
          .constant(i32({2}), axes({1, 2}))
          .out(u8({1, 5}, 0.06f, 100)),
      OpCase(name + "_int16", op, ReduceParams{false})
          .in(i16({3, 5}))
          .constant(i32({1}), axes({1}))
          .out(i16({3}, 0.0007f)),
      OpCase(name + "_int32", op, ReduceParams{false}).in(i32({3, 5})).constant(i32({1}), axes({0})).out(i32({5})),
  };
}

}  // namespace

Cases reduceCases() {
  Cases all = rows(OpKind::Mean, "MEAN");
  for (const OpCase& row : rows(OpKind::Sum, "SUM")) all.push_back(row);
  all.push_back(OpCase("MEAN_by_hand", OpKind::Mean, ReduceParams{false})
                    .in(f32({2, 2}), std::vector<float>{1, 2, 3, 5})
                    .constant(i32({}), axes({1}))
                    .out(f32({2}))
                    .expect(std::vector<float>{1.5f, 4}));
  all.push_back(OpCase("SUM_by_hand", OpKind::Sum, ReduceParams{true})
                    .in(f32({2, 2}), std::vector<float>{1, 2, 3, 5})
                    .constant(i32({1}), axes({0}))
                    .out(f32({1, 2}))
                    .expect(std::vector<float>{4, 7}));
  for (int64_t channels : {1, 15, 17, 33}) {
    const std::string end = "_of_" + std::to_string(channels) + "_channels";
    all.push_back(OpCase("MEAN_float_batch" + end, OpKind::Mean, ReduceParams{true})
                      .in(f32({3, 2, 2, channels}))
                      .constant(i32({1}), axes({0}))
                      .out(f32({1, 2, 2, channels})));
    all.push_back(OpCase("MEAN_int8_last_axis" + end, OpKind::Mean, ReduceParams{false})
                      .in(i8({2, 3, 5, channels}, 0.05f, 127))
                      .constant(i32({1}), axes({3}))
                      .out(i8({2, 3, 5}, 0.03f, -128)));
    all.push_back(OpCase("SUM_float_height_channels" + end, OpKind::Sum, ReduceParams{false})
                      .in(f32({2, 3, 5, channels}))
                      .constant(i32({2}), axes({1, 3}))
                      .out(f32({2, 5})));
    all.push_back(OpCase("MEAN_uint8_large_map" + end, OpKind::Mean, ReduceParams{true})
                      .in(u8({2, 24, 24, channels}, 0.05f, 255))
                      .constant(i32({2}), axes({1, 2}))
                      .out(u8({2, 1, 1, channels}, 0.04f, 250)));
    all.push_back(OpCase("MEAN_float_large_map" + end, OpKind::Mean, ReduceParams{false})
                      .in(f32({2, 24, 24, channels}))
                      .constant(i32({2}), axes({1, 2}))
                      .out(f32({2, channels})));
  }
  all.push_back(OpCase("SUM_int32_wraps", OpKind::Sum, ReduceParams{false})
                    .in(i32({2}), std::vector<int32_t>{2147483647, 1})
                    .constant(i32({1}), axes({0}))
                    .out(i32({}))
                    .expect(std::vector<int32_t>{-2147483647 - 1}));
  return all;
}

}  // namespace trireme::conformance
