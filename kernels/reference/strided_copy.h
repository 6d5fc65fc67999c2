#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/reference/evaluate.h"

// What the elementwise operators and the movers of elements share: rows that are pieces of the output, and copies that
// pick their input by strides.
namespace trireme::reference {

// A row of such an operator is this many elements of its output, in order.
inline constexpr int64_t kElementsPerRow = 1024;
constexpr int64_t elementRows(int64_t elements) { return (elements + kElementsPerRow - 1) / kElementsPerRow; }
struct ElementRange {
  int64_t begin = 0, end = 0;
};
constexpr ElementRange elementsOf(Rows rows, int64_t elements) {
  const int64_t end = rows.end * kElementsPerRow;
  return {rows.begin * kElementsPerRow, end < elements ? end : elements};
}

// A dense output, each element of which comes from one of the input: an offset and a stride a dimension, in elements of
// the input. Plain data; the caller proves that no position leaves the input.
class StridedCopy {
 public:
  static constexpr int kMaxDims = 16;
  explicit StridedCopy(int64_t elementBytes, int64_t offset = 0) : elementBytes_(elementBytes), offset_(offset) {}
  // From the outermost dimension in. Dimensions that walk on where the one inside them ends become one.
  void addDim(int64_t extent, int64_t stride);
  // The input's position of the output's first element.
  void moveTo(int64_t offset) { offset_ = offset; }
  int64_t offset() const { return offset_; }
  int64_t elements() const { return elements_; }
  // Output elements [begin, end).
  void run(const std::byte* from, std::byte* to, ElementRange range) const;

 private:
  struct Dim {
    int64_t extent = 1, stride = 1;
  };
  std::array<Dim, kMaxDims> dims_{};
  int count_ = 0;
  int64_t elementBytes_ = 1, offset_ = 0, elements_ = 1;
};

// An input cut into equal pieces, one an output: the first piece's copy, and how far behind each other they begin.
struct Pieces {
  StridedCopy first;
  int64_t step = 0;
  int64_t rowsOfOne() const { return elementRows(first.elements()); }
  // Rows of all outputs, one output's after the other's.
  void run(const std::byte* from, std::span<std::byte* const> to, Rows rows) const;
};

// Tensors laid one after another along an axis: `outer` times a block of each.
class Joined {
 public:
  Joined(int64_t outer, std::vector<int64_t> blocks);
  int64_t elements() const { return outer_ * (ends_.empty() ? 0 : ends_.back()); }
  // Calls run(input, itsOffset, outputOffset, count) for the pieces of a range of the output, in order.
  template <class Run>
  void forEachRun(ElementRange range, Run&& run) const {
    while (range.begin < range.end) {
      const int64_t block = range.begin / ends_.back(), within = range.begin % ends_.back();
      const size_t input = size_t(std::upper_bound(ends_.begin(), ends_.end(), within) - ends_.begin());
      const int64_t first = input == 0 ? 0 : ends_[input - 1], size = ends_[input] - first;
      const int64_t count = std::min(ends_[input] - within, range.end - range.begin);
      run(input, block * size + within - first, range.begin, count);
      range.begin += count;
    }
  }

 private:
  int64_t outer_ = 0;
  std::vector<int64_t> ends_;  // where each input's block ends in the joined block
};

// `count` elements that lie `stride` elements apart, made dense.
void copyStrided(const std::byte* from, int64_t stride, std::byte* to, int64_t count, int64_t elementBytes);

}  // namespace trireme::reference
