#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

std::vector<int32_t> size(int32_t height, int32_t width) { return {height, width}; }

Cases rows(OpKind op, const std::string& name, ResizeParams params, const std::string& mode) {
  return {
      OpCase(name + "_float_up_" + mode, op, params)
          .in(f32({2, 5, 7, 3}))
          .constant(i32({2}), size(11, 13))
          .out(f32({2, 11, 13, 3})),
      OpCase(name + "_float_down_" + mode, op, params)
          .in(f32({1, 12, 10, 4}))
          .constant(i32({2}), size(5, 3))
          .out(f32({1, 5, 3, 4})),
      OpCase(name + "_int8_" + mode, op, params)
          .in(i8({1, 5, 7, 3}))
          .constant(i32({2}), size(9, 10))
          .out(i8({1, 9, 10, 3})),
      OpCase(name + "_uint8_" + mode, op, params)
          .in(u8({1, 5, 7, 3}))
          .constant(i32({2}), size(10, 14))
          .out(u8({1, 10, 14, 3})),
      OpCase(name + "_int16_" + mode, op, params)
          .in(i16({1, 4, 3, 2}))
          .constant(i32({2}), size(7, 6))
          .out(i16({1, 7, 6, 2})),
      OpCase(name + "_int16_many_channels_" + mode, op, params)
          .in(i16({2, 3, 2, 35}))
          .constant(i32({2}), size(5, 5))
          .out(i16({2, 5, 5, 35})),
  };
}

}  // namespace

Cases resizeCases() {
  Cases all;
  for (const auto& [params, mode] :
       {std::pair{ResizeParams{false, false}, "plain"}, std::pair{ResizeParams{true, false}, "align_corners"},
        std::pair{ResizeParams{false, true}, "half_pixel"}}) {
    for (const OpCase& row : rows(OpKind::ResizeBilinear, "RESIZE_BILINEAR", params, mode)) all.push_back(row);
    for (const OpCase& row : rows(OpKind::ResizeNearestNeighbor, "RESIZE_NEAREST_NEIGHBOR", params, mode))
      all.push_back(row);
  }
  // 1024ths are too coarse for so long an axis: the far end's weights leave 0 to 1024.
  all.push_back(OpCase("RESIZE_BILINEAR_int8_drifts", OpKind::ResizeBilinear, ResizeParams{})
                    .in(i8({1, 3, 1, 2}))
                    .constant(i32({2}), size(1500, 1))
                    .out(i8({1, 1500, 1, 2})));
  all.push_back(OpCase("RESIZE_BILINEAR_int8_drifts_far", OpKind::ResizeBilinear, ResizeParams{})
                    .in(i8({1, 20, 1, 1}))
                    .constant(i32({2}), size(30000, 1))
                    .out(i8({1, 30000, 1, 1})));
  all.push_back(OpCase("RESIZE_BILINEAR_by_hand", OpKind::ResizeBilinear, ResizeParams{true, false})
                    .in(f32({1, 1, 2, 1}), std::vector<float>{0, 1})
                    .constant(i32({2}), size(1, 5))
                    .out(f32({1, 1, 5, 1}))
                    .expect(std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1}));
  // Both flags, which only the nearest neighbour may have.
  all.push_back(
      OpCase("RESIZE_NEAREST_NEIGHBOR_both_flags_by_hand", OpKind::ResizeNearestNeighbor, ResizeParams{true, true})
          .in(f32({1, 1, 7, 1}), std::vector<float>{0, 1, 2, 3, 4, 5, 6})
          .constant(i32({2}), size(1, 16))
          .out(f32({1, 1, 16, 1}))
          .expect(std::vector<float>{0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6}));
  return all;
}

}  // namespace trireme::conformance
