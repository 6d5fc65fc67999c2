// MEAN, SUM, ARG_MAX.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
using Axes = std::vector<int32_t>;
const Axes kAxes[] = {{1, 2}, {-1}, {0}, {3, 2}, {1}, {-3, -2}, {0, 1, 2, 3}, {1, 3}, {2}, {1, 2, 3}};

void addReduce(Cells& cells, OpKind op, Form form, size_t most) {
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, std::size(kAxes), 2, 2};
  for (const Choice& c : cells.choose(op, form, levels, most)) {
    Sizes dims = {c[5] == 0 ? 1 : 2, pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2])};
    limitElements(dims, 3000);
    const Axes& axes = pick(kAxes, c[3]);
    const bool keeps = c[4] == 1;
    cells.add(
        op, form, fmt::format("{} over {}{}", text(dims), fmt::join(axes, ", "), keeps ? ", keeps dimensions" : ""),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, Spread::Wide)).constant(plain(DataType::Int32, {int64_t(axes.size())}), axes);
          const float scale = usualScale(form) * (op == OpKind::Mean ? 0.6f : 9.0f);
          row.out(tensor(form, {}, scale, form == Form::Int16 ? 0 : usualZero(form) + 5));
        },
        ReduceParams{keeps});
  }
}

void addLowRanks(Cells& cells, OpKind op, Form form) {
  for (const int64_t size : kOddSizes) {
    const Sizes ranks[] = {{size}, {3, size}, {5, 2, size}, {2, 3, 1, 2, size}};
    for (const Sizes& dims : ranks) {
      const auto last = int32_t(dims.size()) - 1;
      cells.add(
          op, form, fmt::format("{} over {}", text(dims), last),
          [&](OpCase& row, support::Random& random) {
            const TensorType in = tensor(form, dims);
            row.in(in, values(in, random, Spread::Wide)).constant(plain(DataType::Int32, {}), Axes{last});
            row.out(tensor(form, {}, usualScale(form), usualZero(form)));
          },
          ReduceParams{false});
    }
  }
}

void addArgMax(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::ArgMax, form, {kSizes, kSizes, 4, 2}, 30)) {
    const Sizes dims = {2, pick(kOddSizes, c[0]), pick(kOddSizes, c[1])};
    const int32_t axes[] = {-1, 0, 1, 2};
    const DataType to = c[3] == 0 ? DataType::Int32 : DataType::Int64;
    cells.add(
        OpKind::ArgMax, form, fmt::format("{} over {} to {}", text(dims), axes[c[2]], dataTypeName(to)),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, Spread::Wide)).constant(plain(DataType::Int32, {1}), Axes{axes[c[2]]});
          row.out(plain(to, {}));
        },
        ArgMaxParams{to});
  }
}

}  // namespace

void addReductions(Cells& cells) {
  for (const OpKind op : {OpKind::Mean, OpKind::Sum}) {
    for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) {
      addReduce(cells, op, form, 50);
      addLowRanks(cells, op, form);
    }
    for (const Form form : {Form::Int32, Form::Int64}) addReduce(cells, op, form, 20);
  }
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16, Form::Int32}) addArgMax(cells, form);
}

}  // namespace trireme::conformance::matrix
