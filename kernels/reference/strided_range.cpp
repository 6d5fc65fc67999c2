#include "kernels/reference/strided_range.h"

#include <algorithm>

namespace trireme::reference {
namespace {

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

bool bit(int32_t mask, int i) { return i < 31 && ((uint32_t(mask) >> i) & 1) != 0; }

// One axis of the input, or a new one of size 1, and what the operands take from it.
struct TakenAxis {
  int64_t dim = 1;         // its size in the input
  int64_t inputAxis = -1;  // -1: new
  int64_t begin = 0, end = 0, stride = 1;
  bool fromStart = false, toEnd = false, shrink = false;
};

// The operands' specification spread over the input's axes: an ellipsis stands for as many axes as the rest leaves, at
// least one (so TFLite), and axes that nothing names are taken whole.
class Specification {
 public:
  Specification(const Shape& in, const StridedSliceParams& params, const Steering& steering)
      : in_(in), params_(params), steering_(steering) {}

  Status spread() {
    const int named = steering_[0].count;
    const int all = in_.rank() + newAxes();
    if (all > StridedCopy::kMaxDims) return wrong("the slice has " + std::to_string(all) + " axes");
    int from = 0;
    for (int i = 0; i < named && count_ < all; ++i) {
      if (bit(params_.ellipsisMask, i)) {
        const int open = std::max(1, 1 + all - named);
        for (int k = 0; k < open && count_ < all; ++k) TRIREME_TRY(add(whole(), from++));
      } else if (bit(params_.newAxisMask, i)) {
        axes_[size_t(count_++)] = TakenAxis{1, -1, 0, 1, 1, false, false, false};
      } else {
        TRIREME_TRY(add(taken(i), from++));
      }
    }
    while (count_ < all) TRIREME_TRY(add(whole(), from++));
    return {};
  }
  std::span<const TakenAxis> axes() const { return {axes_.data(), size_t(count_)}; }

 private:
  int newAxes() const {
    int found = 0;
    for (int i = 0; i < steering_[0].count; ++i) {
      found += bit(params_.newAxisMask, i) && !bit(params_.ellipsisMask, i) ? 1 : 0;
    }
    return found;
  }
  static TakenAxis whole() { return TakenAxis{1, 0, 0, 0, 1, true, true, false}; }
  TakenAxis taken(int i) const {
    return TakenAxis{1,
                     0,
                     steering_[0][i],
                     steering_[1][i],
                     steering_[2][i],
                     bit(params_.beginMask, i),
                     bit(params_.endMask, i),
                     bit(params_.shrinkAxisMask, i)};
  }
  Status add(TakenAxis axis, int from) {
    if (from >= in_.rank()) {
      return wrong("the slice names more axes than the input's " + std::to_string(in_.rank()));
    }
    axis.inputAxis = from;
    axis.dim = in_.dim(from);
    axes_[size_t(count_++)] = axis;
    return {};
  }

  const Shape& in_;
  const StridedSliceParams& params_;
  const Steering& steering_;
  std::array<TakenAxis, StridedCopy::kMaxDims> axes_{};
  int count_ = 0;
};

// First position and number of positions that an axis gives.
struct Range {
  int64_t start = 0, count = 0;
};
Result<Range> rangeOf(const TakenAxis& axis, bool offset) {
  const std::string name = "axis " + std::to_string(axis.inputAxis);
  if (axis.inputAxis < 0) return Range{0, 1};
  if (axis.stride == 0) return wrong(name + " has stride 0");
  const bool forward = axis.stride > 0;
  const int64_t low = forward ? 0 : -1, high = forward ? axis.dim : axis.dim - 1;
  int64_t start = std::clamp(axis.begin < 0 ? axis.begin + axis.dim : axis.begin, low, high);
  if (axis.fromStart) start = forward ? 0 : axis.dim - 1;
  if (axis.shrink) {
    if (start < 0 || start >= axis.dim) {
      return wrong("index " + std::to_string(axis.begin) + " is outside of " + name + " of size " +
                   std::to_string(axis.dim));
    }
    return Range{start, 1};
  }
  int64_t end = offset ? axis.end + start : axis.end;
  end = std::clamp(end < 0 ? end + axis.dim : end, low, high);
  if (axis.toEnd) end = forward ? axis.dim : -1;
  const int64_t span = forward ? end - start : start - end;
  if (span <= 0) return Range{start, 0};
  const int64_t step = forward ? axis.stride : -axis.stride;
  return Range{start, (span - 1) / step + 1};
}

bool fitsInt32(const Indices& indices) {
  return std::all_of(indices.values.begin(), indices.values.begin() + indices.count,
                     [](int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; });
}

}  // namespace

Result<SlicedAxes> slicedAxes(const TensorType& in, const StridedSliceParams& params, const Steering& steering) {
  for (const Indices& indices : steering) {
    if (!fitsInt32(indices)) return wrong("a begin, end or stride does not fit in int32");
  }
  Specification specification(in.shape, params, steering);
  TRIREME_TRY(specification.spread());
  SlicedAxes sliced;
  for (const TakenAxis& axis : specification.axes()) {
    TRIREME_ASSIGN(const Range range, rangeOf(axis, params.offset));
    sliced.axes[size_t(sliced.count++)] = {axis.inputAxis, range.start, range.count, axis.stride, axis.shrink};
  }
  return sliced;
}

Result<StridedCopy> planStridedSlice(const TensorType& in, const TensorType& out, const StridedSliceParams& params,
                                     const Steering& steering) {
  TRIREME_ASSIGN(const SlicedAxes sliced, slicedAxes(in, params, steering));
  std::array<int64_t, StridedCopy::kMaxDims> dims{};
  size_t rank = 0;
  StridedCopy copy(bytesPerElement(in.dtype));
  int64_t offset = 0;
  for (const SlicedAxis& axis : sliced.all()) {
    if (!axis.shrinks) dims[rank++] = axis.count;
    const int64_t inputStride = axis.inputAxis < 0 ? 0 : productOf(in.shape, int(axis.inputAxis) + 1, in.shape.rank());
    if (axis.count > 0) offset += axis.start * inputStride;
    copy.addDim(axis.count, axis.count > 1 ? axis.stride * inputStride : 0);
  }
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), rank), out));
  copy.moveTo(offset);
  return copy;
}

}  // namespace trireme::reference
