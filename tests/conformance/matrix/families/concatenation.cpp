// CONCATENATION, PACK, UNPACK, SPLIT: tensors put together and taken apart.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32};

void draw(OpCase& row, support::Random& random, const TensorType& type) {
  row.in(type, values(type, random, Spread::Wide));
}

void addConcat(Cells& cells, Form form) {
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, 5, 5, 3};
  for (const Choice& c : cells.choose(OpKind::Concatenation, form, levels, 50)) {
    const size_t rank = c[3] + 1, axis = c[4] % rank, parts = 2 + c[5];
    Sizes common = {2, 3, 1, 5, 2};
    common.resize(rank);
    common.back() = pick(kOddSizes, c[2]);
    std::vector<Sizes> all;
    std::string named;
    for (size_t i = 0; i < parts; ++i) {
      Sizes dims = common;
      dims[axis] = pick(kOddSizes, i == 0 ? c[0] : c[1] + 5 * (i - 1));
      limitElements(dims, 800);
      for (size_t d = 0; d < rank; ++d) {
        if (d != axis) dims[d] = std::min(dims[d], common[d]);
      }
      all.push_back(dims);
    }
    for (size_t d = 0; d < rank; ++d) {  // what one had to give up, all do
      if (d == axis) continue;
      int64_t least = common[d];
      for (const Sizes& dims : all) least = std::min(least, dims[d]);
      for (Sizes& dims : all) dims[d] = least;
    }
    for (const Sizes& dims : all) named += (named.empty() ? "" : ", ") + text(dims);
    const auto stated = int32_t(c[5] == 1 ? int(axis) - int(rank) : int(axis));
    // uint8 parts may have scales of their own.
    const bool own = form == Form::UInt8 && c[5] != 0;
    cells.add(
        OpKind::Concatenation, form, fmt::format("{} on axis {}{}", named, stated, own ? ", own scales" : ""),
        [&](OpCase& row, support::Random& random) {
          for (size_t i = 0; i < parts; ++i) {
            const float scale = usualScale(form) * (own ? 1.0f + 0.2f * float(i) : 1.0f);
            draw(row, random, tensor(form, all[i], scale, usualZero(form) + (own ? int32_t(i) : 0)));
          }
          row.out(tensor(form, {}));
        },
        ConcatenationParams{stated, Activation::None});
  }
}

void addPack(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Pack, form, {kSizes, 4, 4, 4}, 24)) {
    Sizes dims = {pick(kOddSizes, c[0])};
    for (size_t i = 1; i < c[1]; ++i) dims.insert(dims.begin(), int64_t(i) + 1);
    if (c[1] == 0) dims = {};
    const auto axis = int32_t(c[2] % (dims.size() + 1)), parts = int32_t(c[3]) + 1;
    cells.add(
        OpKind::Pack, form, fmt::format("{} of {} on axis {}", parts, text(dims), axis),
        [&](OpCase& row, support::Random& random) {
          for (int32_t i = 0; i < parts; ++i) draw(row, random, tensor(form, dims));
          row.out(tensor(form, {}));
        },
        PackParams{parts, axis});
  }
}

void addUnpack(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Unpack, form, {kSizes, 4, 4, 5}, 24)) {
    Sizes dims = {pick(kOddSizes, c[0])};
    for (size_t i = 0; i < c[1]; ++i) dims.insert(dims.begin(), int64_t(i) + 2);
    const size_t axis = c[2] % dims.size();
    dims[axis] = int64_t(c[3]) + 1;
    const auto parts = int32_t(dims[axis]);
    cells.add(
        OpKind::Unpack, form, fmt::format("{} on axis {}", text(dims), axis),
        [&](OpCase& row, support::Random& random) {
          draw(row, random, tensor(form, dims));
          for (int32_t i = 0; i < parts; ++i) row.out(tensor(form, {}));
        },
        UnpackParams{parts, int32_t(axis)});
  }
}

void addSplit(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Split, form, {kSizes, kSizes, 4, 4, 3}, 30)) {
    Sizes dims = {2, 3, 1, pick(kOddSizes, c[1])};
    dims.erase(dims.begin(), dims.begin() + int64_t(3 - c[2]));
    const size_t axis = c[3] % dims.size();
    const auto parts = int32_t(c[4]) + 1;
    dims[axis] = pick(kOddSizes, c[0]) * parts;
    if (shapeOf(dims).elements() > 4000) dims[axis] = 3 * parts;
    const auto stated = int32_t(c[4] == 1 ? int(axis) - int(dims.size()) : int(axis));
    cells.add(
        OpKind::Split, form, fmt::format("{} on axis {} into {}", text(dims), stated, parts),
        [&](OpCase& row, support::Random& random) {
          row.constant(plain(DataType::Int32, {}), std::vector<int32_t>{stated});
          draw(row, random, tensor(form, dims));
          for (int32_t i = 0; i < parts; ++i) row.out(tensor(form, {}));
        },
        SplitParams{parts});
  }
}

}  // namespace

void addConcatenation(Cells& cells) {
  for (const Form form : kMoved) {
    addConcat(cells, form);
    addPack(cells, form);
    addUnpack(cells, form);
    addSplit(cells, form);
  }
}

}  // namespace trireme::conformance::matrix
