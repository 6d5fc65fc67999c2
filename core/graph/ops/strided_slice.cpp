// STRIDED_SLICE: input, begin, end, strides. Entry i of the three is a dimension of the input, or, by the masks, a new
// dimension of 1, or an ellipsis that stands for all dimensions the other entries leave.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

constexpr bool marks(int32_t mask, int64_t entry) { return ((static_cast<uint32_t>(mask) >> entry) & 1U) != 0; }

struct Entry {
  std::optional<int64_t> begin, end, stride;  // none: known only after running
  bool fromStart = false, toEnd = false;      // by the masks, whatever begin and end say
  bool shrinks = false;                       // one element, and the dimension goes
  bool offset = false;                        // `end` counts from the begin
};

// Counts from the end where negative, then keeps within [low, high].
int64_t within(int64_t place, int64_t dim, int64_t low, int64_t high) {
  return std::clamp(place < 0 ? place + dim : place, low, high);
}

bool fitsInt32(const std::optional<int64_t>& value) { return !value || (*value >= INT32_MIN && *value <= INT32_MAX); }

// How many elements of a dimension of `dim` an entry takes.
Result<int64_t> entryDim(const InferenceView& view, const Entry& entry, int axis) {
  const int64_t dim = view.shape(0).dim(axis);
  if (!fitsInt32(entry.begin) || !fitsInt32(entry.end) || !fitsInt32(entry.stride)) {
    return view.refuse(fmt::format("dimension {} is cut beyond 32 bits", axis));
  }
  if (entry.stride && *entry.stride == 0) return view.refuse(fmt::format("the stride of dimension {} is 0", axis));
  const bool beginKnown = entry.fromStart || entry.begin;
  if (!known(dim) || !entry.stride || !beginKnown) return entry.shrinks ? int64_t{1} : kUnknownDim;
  const bool forward = *entry.stride > 0;
  const int64_t low = forward ? 0 : -1, high = forward ? dim : dim - 1;
  const int64_t begin = entry.fromStart ? (forward ? low : high) : within(*entry.begin, dim, low, high);
  if (entry.shrinks) {
    if (begin >= 0 && begin < dim) return int64_t{1};
    return view.refuse(fmt::format("dimension {} has {} elements and is cut to element {}", axis, dim, begin));
  }
  if (!entry.toEnd && !entry.end) return kUnknownDim;
  const int64_t end =
      entry.toEnd ? (forward ? high : low) : within(*entry.end + (entry.offset ? begin : 0), dim, low, high);
  const int64_t distance = forward ? end - begin : begin - end;
  const int64_t step = forward ? *entry.stride : -*entry.stride;
  return distance <= 0 ? int64_t{0} : (distance - 1) / step + 1;
}

class StridedSlice {
 public:
  using Operand = std::optional<Dims>;
  StridedSlice(const InferenceView& view, const Operand& begin, const Operand& end, const Operand& stride)
      : view_(view),
        params_(view.params<StridedSliceParams>()),
        entries_(view.shape(1).dim(0)),
        begin_(begin),
        end_(end),
        stride_(stride) {}

  // Entries beyond the dimensions that there are, new ones included, count for nothing; dimensions that no entry names
  // are taken whole.
  Result<Dims> outputDims() const {
    const int all = view_.shape(0).rank() + newAxes();
    const int open = std::max(1, 1 + all - static_cast<int>(entries_));  // what an ellipsis stands for
    Dims dims;
    int axis = 0, taken = 0;
    const auto takeWhole = [&] {
      dims.push_back(view_.shape(0).dim(axis++));
      ++taken;
    };
    for (int64_t i = 0; i < entries_ && taken < all; ++i) {
      if (marks(params_.ellipsisMask, i)) {
        for (int n = 0; n < open && taken < all && axis < view_.shape(0).rank(); ++n) takeWhole();
      } else if (marks(params_.newAxisMask, i)) {
        dims.push_back(1);
        ++taken;
      } else if (axis == view_.shape(0).rank()) {
        return view_.refuse(fmt::format("entry {} cuts a dimension behind the input's {}", i, axis));
      } else {
        const Entry entry = at(i);
        TRIREME_ASSIGN(const int64_t dim, entryDim(view_, entry, axis++));
        ++taken;
        if (!entry.shrinks) dims.push_back(dim);
      }
    }
    while (axis < view_.shape(0).rank()) takeWhole();
    return dims;
  }

 private:
  int newAxes() const {
    int found = 0;
    for (int64_t i = 0; i < entries_; ++i) {
      found += marks(params_.newAxisMask, i) && !marks(params_.ellipsisMask, i) ? 1 : 0;
    }
    return found;
  }

  Entry at(int64_t i) const {
    const auto element = [i](const Operand& all) {
      return all ? std::optional<int64_t>((*all)[static_cast<size_t>(i)]) : std::nullopt;
    };
    return {element(begin_),
            element(end_),
            element(stride_),
            marks(params_.beginMask, i),
            marks(params_.endMask, i),
            marks(params_.shrinkAxisMask, i),
            params_.offset};
  }

  const InferenceView& view_;
  const StridedSliceParams& params_;
  const int64_t entries_;
  const Operand& begin_;
  const Operand& end_;
  const Operand& stride_;
};

Status requireOperands(const InferenceView& view) {
  for (size_t operand = 1; operand <= 3; ++operand) {
    TRIREME_TRY(view.requireRank(operand, 1));
    if (!differ(view.shape(operand).dim(0), view.shape(1).dim(0))) continue;
    return view.refuseInput(operand,
                            fmt::format("{} elements, begin has {}", view.shape(operand).dim(0), view.shape(1).dim(0)));
  }
  // More entries than dimensions of input and output together cannot be meant.
  if (view.shape(1).dim(0) <= 2 * kMaxRank) return {};
  return view.refuseInput(1, fmt::format("{} entries", view.shape(1).dim(0)));
}

Status inferStridedSlice(InferenceView& view) {
  TRIREME_TRY(requireOperands(view));
  if (!known(view.shape(1).dim(0))) return view.setRuntimeOutput(0, view.dtype(0));
  TRIREME_ASSIGN(const std::optional<Dims> begin, view.integers(1));
  TRIREME_ASSIGN(const std::optional<Dims> end, view.integers(2));
  TRIREME_ASSIGN(const std::optional<Dims> stride, view.integers(3));
  TRIREME_ASSIGN(const Dims dims, StridedSlice(view, begin, end, stride).outputDims());
  if (begin && end && stride) return view.setOutput(0, view.dtype(0), dims);
  return view.setRuntimeOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::StridedSlice,
     paramsIndex<StridedSliceParams>(),
     {4, 4},
     {1, 1},
     inferStridedSlice,
     moveWork,
     bit(1) | bit(2) | bit(3)},
};

}  // namespace

std::span<const OpRule> ops::stridedSliceRules() { return kRules; }

}  // namespace trireme::graph
