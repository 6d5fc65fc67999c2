#include "kernels/reference/strided_copy.h"

#include <algorithm>
#include <cstring>

namespace trireme::reference {
namespace {

template <size_t kBytes>
void copyElements(const std::byte* from, int64_t stepBytes, std::byte* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(to, from, kBytes);
    from += stepBytes;
    to += kBytes;
  }
}

}  // namespace

void copyStrided(const std::byte* from, int64_t stride, std::byte* to, int64_t count, int64_t elementBytes) {
  if (count <= 0) return;
  if (stride == 1) {
    std::memcpy(to, from, size_t(count * elementBytes));
    return;
  }
  const int64_t step = stride * elementBytes;
  switch (elementBytes) {
    case 1:
      return copyElements<1>(from, step, to, count);
    case 2:
      return copyElements<2>(from, step, to, count);
    case 4:
      return copyElements<4>(from, step, to, count);
    case 8:
      return copyElements<8>(from, step, to, count);
    default:
      for (int64_t i = 0; i < count; ++i) {
        std::memcpy(to + i * elementBytes, from + i * step, size_t(elementBytes));
      }
  }
}

void StridedCopy::addDim(int64_t extent, int64_t stride) {
  elements_ *= extent;
  if (extent == 1) return;
  if (count_ > 0) {
    Dim& outer = dims_[size_t(count_ - 1)];
    if (outer.stride == stride * extent) {
      outer = {outer.extent * extent, stride};
      return;
    }
  }
  dims_[size_t(count_++)] = {extent, stride};
}

void StridedCopy::run(const std::byte* from, std::byte* to, ElementRange range) const {
  int64_t begin = range.begin;
  const int64_t end = std::min(range.end, elements_);
  if (begin >= end) return;
  to += begin * elementBytes_;
  if (count_ == 0) return copyStrided(from + offset_ * elementBytes_, 1, to, 1, elementBytes_);
  std::array<int64_t, kMaxDims> at{};
  int64_t position = offset_;
  int64_t rest = begin;
  for (int i = count_ - 1; i >= 0; --i) {
    const Dim& dim = dims_[size_t(i)];
    at[size_t(i)] = rest % dim.extent;
    rest /= dim.extent;
    position += at[size_t(i)] * dim.stride;
  }
  const size_t last = size_t(count_ - 1);
  const Dim inner = dims_[last];
  while (begin < end) {
    const int64_t count = std::min(inner.extent - at[last], end - begin);
    copyStrided(from + position * elementBytes_, inner.stride, to, count, elementBytes_);
    to += count * elementBytes_;
    begin += count;
    position -= at[last] * inner.stride;
    at[last] = 0;
    for (int i = count_ - 2; i >= 0; --i) {
      const Dim& dim = dims_[size_t(i)];
      position += dim.stride;
      if (++at[size_t(i)] < dim.extent) break;
      position -= dim.stride * dim.extent;
      at[size_t(i)] = 0;
    }
  }
}

void Pieces::run(const std::byte* from, std::span<std::byte* const> to, Rows rows) const {
  StridedCopy copy = first;
  while (rows.begin < rows.end) {
    const int64_t piece = rows.begin / rowsOfOne(), firstRow = piece * rowsOfOne();
    const int64_t last = std::min(rows.end, firstRow + rowsOfOne());
    copy.moveTo(first.offset() + piece * step);
    copy.run(from, to[size_t(piece)], elementsOf(Rows{rows.begin - firstRow, last - firstRow}, first.elements()));
    rows.begin = last;
  }
}

Joined::Joined(int64_t outer, std::vector<int64_t> blocks) : outer_(outer), ends_(std::move(blocks)) {
  for (size_t i = 1; i < ends_.size(); ++i) ends_[i] += ends_[i - 1];
}

}  // namespace trireme::reference
