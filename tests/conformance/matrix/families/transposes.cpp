// TRANSPOSE, DEPTH_TO_SPACE, SPACE_TO_DEPTH.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32};

void addOne(Cells& cells, Form form, const Sizes& dims, const std::vector<int32_t>& order) {
  cells.add(OpKind::Transpose, form, fmt::format("{} by {}", text(dims), fmt::join(order, ",")),
            [&](OpCase& row, support::Random& random) {
              const TensorType in = tensor(form, dims);
              row.in(in, values(in, random, Spread::Wide));
              row.constant(plain(DataType::Int32, {int64_t(order.size())}), order).out(tensor(form, {}));
            });
}

// Every permutation of rank 2 to 4, one of rank 5; sizes drawn anew for each.
void addTranspose(Cells& cells, Form form, size_t repeats) {
  support::Random random(11 + uint64_t(form));
  for (size_t rank = 2; rank <= 4; ++rank) {
    std::vector<int32_t> order(rank);
    std::iota(order.begin(), order.end(), 0);
    do {
      for (size_t i = 0; i < (rank == 4 ? repeats : 3 * repeats); ++i) {
        Sizes dims;
        for (size_t d = 0; d < rank; ++d) dims.push_back(pick(kOddSizes, size_t(random.next() % kSizes)));
        limitElements(dims, 2500);
        addOne(cells, form, dims, order);
      }
    } while (std::next_permutation(order.begin(), order.end()));
  }
  addOne(cells, form, {2, 3, 5, 7, 3}, {4, 1, 3, 0, 2});
  addOne(cells, form, {7}, {0});
}

void addBlocks(Cells& cells, OpKind op, Form form) {
  for (const Choice& c : cells.choose(op, form, {kSizes, kSizes, kSizes, 4, 2}, 24)) {
    Sizes dims = {c[4] == 0 ? 1 : 2, pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2])};
    const int32_t sizes[] = {2, 3, 1, 4};
    const int32_t block = sizes[c[3]];
    limitElements(dims, 3000 / (block * block));
    if (op == OpKind::DepthToSpace) {
      dims[3] *= block * block;
    } else {
      dims[1] *= block;
      dims[2] *= block;
    }
    cells.add(
        op, form, fmt::format("{} in blocks of {}", text(dims), block),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, Spread::Wide)).out(tensor(form, {}));
        },
        BlockParams{block});
  }
}

}  // namespace

void addTransposes(Cells& cells) {
  for (const Form form : kMoved) {
    addTranspose(cells, form, cells.dense() ? 12 : 1);
    addBlocks(cells, OpKind::DepthToSpace, form);
    addBlocks(cells, OpKind::SpaceToDepth, form);
  }
}

}  // namespace trireme::conformance::matrix
