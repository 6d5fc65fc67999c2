#include "tests/conformance/cases.h"

namespace trireme::conformance {

Cases gatherCases() {
  return {
      OpCase("GATHER_by_hand", OpKind::Gather, GatherParams{0, 0})
          .in(f32({3, 2}), std::vector<float>{1, 2, 3, 4, 5, 6})
          .in(i32({2}), std::vector<int32_t>{2, 0})
          .out(f32({2, 2}))
          .expect(std::vector<float>{5, 6, 1, 2}),
      OpCase("GATHER_float_axis", OpKind::Gather, GatherParams{1, 0})
          .in(f32({2, 5, 3}))
          .constant(i32({2, 2}), std::vector<int32_t>{4, 0, 1, 1})
          .out(f32({2, 2, 2, 3})),
      OpCase("GATHER_float_batch", OpKind::Gather, GatherParams{1, 1})
          .in(f32({2, 4, 3}))
          .in(i32({2, 2}), std::vector<int32_t>{3, 0, 1, 2})
          .out(f32({2, 2, 3})),
      OpCase("GATHER_embedding", OpKind::Gather, GatherParams{0, 0})
          .constant(f32({11, 4}))
          .in(i32({1, 6}), std::vector<int32_t>{0, 10, 3, 3, 7, 1})
          .out(f32({1, 6, 4})),
      OpCase("GATHER_int8_indices64", OpKind::Gather, GatherParams{0, 0})
          .in(i8({4, 5}))
          .constant(i64({3}), std::vector<int64_t>{3, 1, 0})
          .out(i8({3, 5})),
      OpCase("GATHER_ND_rows", OpKind::GatherNd)
          .in(f32({3, 2}), std::vector<float>{1, 2, 3, 4, 5, 6})
          .in(i32({2, 1}), std::vector<int32_t>{1, 0})
          .out(f32({2, 2}))
          .expect(std::vector<float>{3, 4, 1, 2}),
      OpCase("GATHER_ND_elements", OpKind::GatherNd)
          .in(f32({3, 4, 2}))
          .in(i32({4, 3}), std::vector<int32_t>{0, 0, 0, 2, 3, 1, 1, 2, 0, 2, 0, 1})
          .out(f32({4})),
      OpCase("GATHER_ND_int8", OpKind::GatherNd)
          .in(i8({3, 4, 2}))
          .constant(i32({1, 2}), std::vector<int32_t>{2, 3})
          .out(i8({1, 2})),
      OpCase("GATHER_ND_int32_indices64", OpKind::GatherNd)
          .in(i32({5}))
          .in(i64({3, 1}), std::vector<int64_t>{4, 0, 2})
          .out(i32({3})),
  };
}

}  // namespace trireme::conformance
