// RESHAPE, SQUEEZE, EXPAND_DIMS, SHAPE.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32};

void draw(OpCase& row, support::Random& random, Form form, const Sizes& dims) {
  const TensorType in = tensor(form, dims);
  row.in(in, values(in, random, Spread::Wide));
}

void addReshape(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Reshape, form, {kSizes, kSizes, 7, 2}, 28)) {
    Sizes whole = {2, pick(kOddSizes, c[0]), pick(kOddSizes, c[1])};
    limitElements(whole, 2500);
    const int64_t a = whole[1], b = whole[2];
    const std::pair<Sizes, Sizes> pairs[] = {{{2, a, b}, {2 * a * b}},     {{2 * a * b}, {a, 2, b}},
                                             {{2, a, b}, {2 * a, b}},      {{1, 2, a, b}, {2, b, a}},
                                             {{a, b}, {1, a, 1, b}},       {{a, 2 * b}, {a, 2, 1, b, 1}},
                                             {{2, 1, a, 1, b}, {2, a * b}}};
    const auto& [from, to] = pairs[c[2]];
    const bool constant = c[3] == 0;
    std::vector<int32_t> stated(to.begin(), to.end());
    if (constant && c[2] % 2 == 1) stated[0] = -1;
    cells.add(
        OpKind::Reshape, form,
        fmt::format("{} to {}{}", text(from), fmt::join(stated, ","), constant ? "" : " by option"),
        [&](OpCase& row, support::Random& random) {
          draw(row, random, form, from);
          if (constant) row.constant(plain(DataType::Int32, {int64_t(stated.size())}), stated);
          row.out(tensor(form, {}));
        },
        ReshapeParams{constant ? std::vector<int32_t>{} : stated});
  }
}

void addSqueeze(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Squeeze, form, {kSizes, kSizes, 4}, 12)) {
    const int64_t a = pick(kOddSizes, c[0]), b = pick(kOddSizes, c[1]);
    const std::pair<Sizes, std::vector<int32_t>> forms[] = {
        {{1, a, 1, b}, {}}, {{1, a, 1, b}, {0}}, {{1, 1, a, b}, {-4, 1}}, {{a, b, 1, 1, 1}, {3}}};
    const auto& [dims, axes] = forms[c[2]];
    cells.add(
        OpKind::Squeeze, form,
        fmt::format("{} of {}", text(dims), axes.empty() ? "every 1" : fmt::format("{}", fmt::join(axes, ","))),
        [&, &shape = dims](OpCase& row, support::Random& random) {
          draw(row, random, form, shape);
          row.out(tensor(form, {}));
        },
        SqueezeParams{axes});
  }
}

void addExpandDims(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::ExpandDims, form, {kSizes, kSizes, 4, 3}, 12)) {
    Sizes dims = {pick(kOddSizes, c[0]), 2, pick(kOddSizes, c[1])};
    dims.resize(c[3] + 1);
    const int32_t axes[] = {0, -1, 1, int32_t(dims.size())};
    const int32_t axis = axes[c[2]];
    cells.add(OpKind::ExpandDims, form, fmt::format("{} at {}", text(dims), axis),
              [&](OpCase& row, support::Random& random) {
                draw(row, random, form, dims);
                row.constant(plain(DataType::Int32, {1}), std::vector<int32_t>{axis}).out(tensor(form, {}));
              });
  }
}

void addShape(Cells& cells, Form form) {
  for (const int64_t size : kOddSizes) {
    const Sizes ranks[] = {{size}, {2, size}, {1, 3, size, 2}};
    for (const Sizes& dims : ranks) {
      const DataType to = size % 2 == 0 ? DataType::Int64 : DataType::Int32;
      cells.add(
          OpKind::Shape, form, fmt::format("of {} as {}", text(dims), dataTypeName(to)),
          [&](OpCase& row, support::Random& random) {
            draw(row, random, form, dims);
            row.out(plain(to, {}));
          },
          ShapeParams{to});
    }
  }
}

}  // namespace

void addReshapes(Cells& cells) {
  for (const Form form : kMoved) {
    addReshape(cells, form);
    addSqueeze(cells, form);
    addExpandDims(cells, form);
  }
  for (const Form form : {Form::Float32, Form::Int8}) addShape(cells, form);
}

}  // namespace trireme::conformance::matrix
