#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

StridedSliceParams masks(int32_t begin, int32_t end, int32_t shrink = 0, int32_t newAxis = 0, int32_t ellipsis = 0) {
  StridedSliceParams params;
  params.beginMask = begin;
  params.endMask = end;
  params.shrinkAxisMask = shrink;
  params.newAxisMask = newAxis;
  params.ellipsisMask = ellipsis;
  return params;
}

OpCase strided(const std::string& name, StridedSliceParams params, TensorType from, std::vector<int32_t> begin,
               std::vector<int32_t> end, std::vector<int32_t> strides, TensorType to) {
  const int64_t count = int64_t(begin.size());
  return OpCase("STRIDED_SLICE_" + name, OpKind::StridedSlice, params)
      .in(std::move(from))
      .constant(i32({count}), begin)
      .constant(i32({count}), end)
      .constant(i32({count}), strides)
      .out(std::move(to));
}

Cases stridedCases() {
  return {
      strided("float", masks(0, 0), f32({4, 6, 3}), {1, 0, 0}, {3, 5, 3}, {1, 2, 1}, f32({2, 3, 3})),
      strided("float_backwards", masks(0, 3), f32({4, 6}), {3, 5}, {0, 0}, {-1, -2}, f32({4, 3})),
      strided("float_masks", masks(1, 2), f32({4, 6}), {2, 1}, {3, 2}, {1, 1}, f32({3, 5})),
      strided("float_shrinks", masks(0, 0, 1), f32({4, 6}), {-2, 1}, {0, 4}, {1, 1}, f32({3})),
      strided("int8_rows", masks(0, 0), i8({1, 8, 5, 2}), {0, 1, 0, 0}, {1, 7, 5, 2}, {1, 1, 1, 1}, i8({1, 6, 5, 2})),
      strided("uint8", masks(0, 0), u8({5, 5}), {0, 2}, {5, 5}, {2, 1}, u8({3, 3})),
      strided("int16", masks(0, 0), i16({1, 8, 6, 2}), {0, 2, 0, 0}, {1, 8, 6, 2}, {1, 1, 1, 1}, i16({1, 6, 6, 2})),
      strided("int32", masks(0, 0, 1), i32({4}), {1}, {2}, {1}, i32({})),
      strided("bool", masks(0, 0), boolean({6}), {1}, {6}, {2}, boolean({3})),
      OpCase("STRIDED_SLICE_by_hand", OpKind::StridedSlice, masks(0, 0))
          .in(f32({2, 3}), std::vector<float>{1, 2, 3, 4, 5, 6})
          .constant(i32({2}), std::vector<int32_t>{0, -1})
          .constant(i32({2}), std::vector<int32_t>{2, -4})
          .constant(i32({2}), std::vector<int32_t>{1, -2})
          .out(f32({2, 2}))
          .expect(std::vector<float>{3, 1, 6, 4}),
  };
}

OpCase sliced(const std::string& name, TensorType from, std::vector<int32_t> begin, std::vector<int32_t> size,
              TensorType to) {
  const int64_t count = int64_t(begin.size());
  return OpCase("SLICE_" + name, OpKind::Slice)
      .in(std::move(from))
      .constant(i32({count}), begin)
      .constant(i32({count}), size)
      .out(std::move(to));
}

// Rows that begin, end or turn inside a vector of a device, and those that fit vectors.
Cases crossingVectors() {
  return {
      sliced("float_odd_channels", f32({2, 3, 20}), {0, 1, 3}, {2, 2, 13}, f32({2, 2, 13})),
      sliced("float_whole_vectors", f32({2, 3, 48}), {1, 0, 16}, {1, 3, 32}, f32({1, 3, 32})),
      sliced("uint8_many_channels", u8({1, 3, 5, 40}), {0, 1, 1, 7}, {1, 2, 4, 33}, u8({1, 2, 4, 33})),
      sliced("int16_one_channel", i16({3, 5, 9}), {0, 0, 8}, {3, 5, 1}, i16({3, 5, 1})),
      strided("float_channels_backwards", masks(0, 3), f32({3, 37}), {2, 36}, {0, 0}, {-1, -1}, f32({3, 37})),
      strided("int8_every_third_channel", masks(0, 0), i8({4, 50}), {0, 1}, {4, 50}, {1, 3}, i8({4, 17})),
      strided("float_new_axes", masks(0, 0, 0, 5), f32({5, 7}), {0, 1, 0, 2}, {1, 4, 1, 7}, {1, 1, 1, 2},
              f32({1, 3, 1, 3})),
      strided("float_ellipsis_shrinks_channels", masks(0, 0, 2, 0, 1), f32({3, 4, 17}), {0, 5}, {0, 6}, {1, 1},
              f32({3, 4})),
      OpCase("SPLIT_float_whole_vectors", OpKind::Split, SplitParams{2})
          .constant(i32({}), std::vector<int32_t>{3})
          .in(f32({1, 3, 4, 32}))
          .out(f32({1, 3, 4, 16}))
          .out(f32({1, 3, 4, 16})),
      OpCase("SPLIT_uint8_odd_channels", OpKind::Split, SplitParams{3})
          .constant(i32({}), std::vector<int32_t>{1})
          .in(u8({5, 51}))
          .out(u8({5, 17}))
          .out(u8({5, 17}))
          .out(u8({5, 17})),
  };
}

}  // namespace

Cases sliceCases() {
  Cases all = stridedCases();
  for (const OpCase& row : crossingVectors()) all.push_back(row);
  all.push_back(OpCase("SLICE_by_hand", OpKind::Slice)
                    .in(f32({2, 3}), std::vector<float>{1, 2, 3, 4, 5, 6})
                    .constant(i32({2}), std::vector<int32_t>{0, 1})
                    .constant(i32({2}), std::vector<int32_t>{-1, 2})
                    .out(f32({2, 2}))
                    .expect(std::vector<float>{2, 3, 5, 6}));
  all.push_back(OpCase("SLICE_int8", OpKind::Slice)
                    .in(i8({1, 4, 5, 3}))
                    .constant(i32({4}), std::vector<int32_t>{0, 1, 2, 0})
                    .constant(i32({4}), std::vector<int32_t>{1, 2, 2, 3})
                    .out(i8({1, 2, 2, 3})));
  all.push_back(OpCase("SLICE_int32_begins64", OpKind::Slice)
                    .in(i32({7}))
                    .constant(i64({1}), std::vector<int64_t>{2})
                    .constant(i64({1}), std::vector<int64_t>{3})
                    .out(i32({3})));
  all.push_back(OpCase("SPLIT_float", OpKind::Split, SplitParams{3})
                    .constant(i32({}), std::vector<int32_t>{1})
                    .in(f32({2, 6, 5}))
                    .out(f32({2, 2, 5}))
                    .out(f32({2, 2, 5}))
                    .out(f32({2, 2, 5})));
  all.push_back(OpCase("SPLIT_int8_last_axis", OpKind::Split, SplitParams{2})
                    .constant(i32({}), std::vector<int32_t>{-1})
                    .in(i8({3, 8}))
                    .out(i8({3, 4}))
                    .out(i8({3, 4})));
  return all;
}

}  // namespace trireme::conformance
