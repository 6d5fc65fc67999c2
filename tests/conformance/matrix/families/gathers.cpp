// GATHER, GATHER_ND.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Int8, Form::UInt8, Form::Int16, Form::Int32};

// Indices below `limit`, of int32 or int64.
void addIndices(OpCase& row, support::Random& random, const Sizes& dims, int64_t limit, bool wide, bool constant) {
  const TensorType type = plain(wide ? DataType::Int64 : DataType::Int32, dims);
  std::vector<int64_t> all(size_t(type.shape.elements()));
  for (int64_t& one : all) one = random.between(0, limit - 1);
  const std::vector<int32_t> narrow(all.begin(), all.end());
  const std::vector<std::byte> bytes = wide ? support::bytesOf(all) : support::bytesOf(narrow);
  constant ? row.constant(type, bytes) : row.in(type, bytes);
}

void addGather(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Gather, form, {kSizes, kSizes, 3, 4, 4}, 24)) {
    const Sizes dims = {3, pick(kOddSizes, c[0]), pick(kOddSizes, c[1])};
    const auto axis = int32_t(c[2]);
    const int32_t batch = c[4] == 3 && axis >= 1 ? 1 : 0;
    const Sizes shapes[] = {{5}, {2, 3}, {1}, {}};
    const Sizes indices = batch == 1 ? Sizes{3, 4} : shapes[c[3]];
    const bool wide = c[4] == 1, constant = c[4] == 2;
    cells.add(
        OpKind::Gather, form,
        fmt::format("{} at {}{}{} on axis {}, batch {}", text(dims), constant ? "constant " : "", wide ? "int64 " : "",
                    text(indices), axis, batch),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, Spread::Wide));
          addIndices(row, random, indices, dims[size_t(axis)], wide, constant);
          row.out(tensor(form, {}));
        },
        GatherParams{axis, batch});
  }
}

void addGatherNd(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::GatherNd, form, {kSizes, kSizes, 3, 2}, 12)) {
    const Sizes dims = {pick(kOddSizes, c[0]), 3, pick(kOddSizes, c[1])};
    const Sizes indices = {4, int64_t(c[2]) + 1};
    const int64_t least = std::min({dims[0], dims[1], dims[2]});
    cells.add(OpKind::GatherNd, form,
              fmt::format("{} at {}{}", text(dims), c[3] == 0 ? "" : "constant ", text(indices)),
              [&](OpCase& row, support::Random& random) {
                const TensorType in = tensor(form, dims);
                row.in(in, values(in, random, Spread::Wide));
                addIndices(row, random, indices, least, false, c[3] == 1);
                row.out(tensor(form, {}));
              });
  }
}

}  // namespace

void addGathers(Cells& cells) {
  for (const Form form : kMoved) {
    addGather(cells, form);
    addGatherNd(cells, form);
  }
}

}  // namespace trireme::conformance::matrix
