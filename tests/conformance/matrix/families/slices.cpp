// SLICE, STRIDED_SLICE.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32, Form::Bool};
using Indices = std::vector<int32_t>;

void addIndices(OpCase& row, std::initializer_list<Indices> all) {
  for (const Indices& one : all) row.constant(plain(DataType::Int32, {int64_t(one.size())}), one);
}

Sizes dimsOf(const Choice& c) {
  Sizes dims = {2, 3, pick(kOddSizes, c[0]), 2, pick(kOddSizes, c[1])};
  limitElements(dims, 2500);
  dims.erase(dims.begin(), dims.end() - int64_t(c[2] + 1));
  return dims;
}

void addSlice(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Slice, form, {kSizes, kSizes, 5, 4}, 24)) {
    const Sizes dims = dimsOf(c);
    Indices begin, size;
    for (const int64_t dim : dims) {
      const auto d = int32_t(dim);
      const int32_t from = c[3] == 0 ? 0 : d / 3;
      begin.push_back(from);
      size.push_back(c[3] == 3 ? -1 : std::max(1, (d - from) / (c[3] == 2 ? 2 : 1)));
    }
    cells.add(OpKind::Slice, form,
              fmt::format("{} from {} by {}", text(dims), fmt::join(begin, ","), fmt::join(size, ",")),
              [&](OpCase& row, support::Random& random) {
                const TensorType in = tensor(form, dims);
                row.in(in, values(in, random, Spread::Wide));
                addIndices(row, {begin, size});
                row.out(tensor(form, {}));
              });
  }
}

// How one axis is walked.
enum class Walk : uint8_t { Forward, Backward, ByTwo, BackByThree, Inner, Masked, Negative };
constexpr size_t kWalks = 7;
struct Range {
  int32_t begin, end, stride;
  bool beginMasked, endMasked;
};
Range rangeOf(Walk walk, int32_t d) {
  switch (walk) {
    case Walk::Forward:
      return {0, d, 1, false, false};
    case Walk::Backward:
      return {d - 1, 0, -1, false, true};
    case Walk::ByTwo:
      return {0, d, 2, false, false};
    case Walk::BackByThree:
      return {0, 0, -3, true, true};
    case Walk::Inner:
      return {d / 3, std::max(d / 3 + 1, d - 1), 1, false, false};
    case Walk::Masked:
      return {7, 1, 1, true, true};
    default:
      return {-d, d + 5, 1, false, false};  // counted from the end; beyond it
  }
}

// What stands for a whole axis: nothing, an axis that goes, an axis that comes, an ellipsis.
enum class Special : uint8_t { None, Shrinks, New, Ellipsis };

void addStrided(Cells& cells, Form form) {
  const std::vector<size_t> levels = {kSizes, kSizes, 5, kWalks, kWalks, 4};
  for (const Choice& c : cells.choose(OpKind::StridedSlice, form, levels, 60)) {
    const Sizes dims = dimsOf(c);
    const auto special = Special(c[5]);
    StridedSliceParams params;
    Indices begin, end, strides;
    const auto put = [&](const Range& range) {
      const auto bit = int32_t(1) << begin.size();
      if (range.beginMasked) params.beginMask |= bit;
      if (range.endMasked) params.endMask |= bit;
      begin.push_back(range.begin);
      end.push_back(range.end);
      strides.push_back(range.stride);
    };
    if (special == Special::New) {
      params.newAxisMask = 1;
      put({0, 1, 1, false, false});
    }
    for (size_t axis = 0; axis < dims.size(); ++axis) {
      const auto d = int32_t(dims[axis]);
      if (special == Special::Ellipsis && axis + 1 < dims.size()) {
        if (axis > 0) continue;  // it stands for all but the last
        params.ellipsisMask = 1;
        put({0, 0, 1, false, false});
      } else if (special == Special::Shrinks && axis == c[3] % dims.size()) {
        params.shrinkAxisMask = int32_t(1) << begin.size();
        put({d / 2, d / 2 + 1, 1, false, false});
      } else {
        put(rangeOf(Walk(axis % 2 == 0 ? c[3] : c[4]), d));
      }
    }
    cells.add(
        OpKind::StridedSlice, form,
        fmt::format("{} from {} to {} by {}, masks begin {} end {} ellipsis {} new {} shrink {}", text(dims),
                    fmt::join(begin, ","), fmt::join(end, ","), fmt::join(strides, ","), params.beginMask,
                    params.endMask, params.ellipsisMask, params.newAxisMask, params.shrinkAxisMask),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, Spread::Wide));
          addIndices(row, {begin, end, strides});
          row.out(tensor(form, {}));
        },
        params);
  }
}

}  // namespace

void addSlices(Cells& cells) {
  for (const Form form : kMoved) {
    addSlice(cells, form);
    addStrided(cells, form);
  }
}

}  // namespace trireme::conformance::matrix
