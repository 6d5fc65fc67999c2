#include "tests/conformance/matrix/sums.h"

#include <algorithm>
#include <cmath>

namespace trireme::conformance::matrix {
namespace {

// A dense float operand by position. One that is absent reads as zero.
class Tensor {
 public:
  Tensor(const OpCase& row, const Graph& graph, size_t number) {
    const Node& node = graph.nodes()[0];
    if (number >= node.inputs.size() || node.inputs[number] == kNoValue) return;
    shape_ = graph.value(node.inputs[number]).type.shape;
    data_ = reinterpret_cast<const float*>(row.operands()[number].data());
  }
  bool there() const { return data_ != nullptr; }
  const Shape& shape() const { return shape_; }
  int64_t dim(int axis) const { return shape_.dim(axis); }
  double operator[](int64_t i) const { return data_ == nullptr ? 0 : double(data_[i]); }
  double at(int64_t a, int64_t b, int64_t c, int64_t d) const {
    return (*this)[((a * dim(1) + b) * dim(2) + c) * dim(3) + d];
  }
  bool inside(int64_t y, int64_t x) const { return y >= 0 && y < dim(1) && x >= 0 && x < dim(2); }

 private:
  Shape shape_;
  const float* data_ = nullptr;
};

void add(Sum& sum, double term) {
  sum.value += term;
  sum.magnitude += std::abs(term);
  ++sum.terms;
}

void clampAll(std::vector<Sum>& sums, Activation activation) {
  for (Sum& sum : sums) {
    if (activation == Activation::Relu || activation == Activation::Relu6) sum.value = std::max(sum.value, 0.0);
    if (activation == Activation::Relu6) sum.value = std::min(sum.value, 6.0);
    if (activation == Activation::ReluN1To1) sum.value = std::clamp(sum.value, -1.0, 1.0);
  }
}

// Positions before the first of the picture that a window of `reach` covers.
int64_t before(Padding padding, int64_t in, int64_t out, int64_t reach, int64_t stride) {
  return padding == Padding::Valid ? 0 : std::max<int64_t>(0, (out - 1) * stride + reach - in) / 2;
}

// Every element of an NHWC output, with its position.
template <class Function>
std::vector<Sum> eachOf(const Shape& out, Function function) {
  std::vector<Sum> sums;
  for (int64_t n = 0; n < out.dim(0); ++n) {
    for (int64_t y = 0; y < out.dim(1); ++y) {
      for (int64_t x = 0; x < out.dim(2); ++x) {
        for (int64_t c = 0; c < out.dim(3); ++c) function(sums.emplace_back(), n, y, x, c);
      }
    }
  }
  return sums;
}

// CONV_2D and DEPTHWISE_CONV_2D: `term` adds the products of one position of picture and filter.
template <class Params, class Term>
std::vector<Sum> convolved(const Tensor& image, const Tensor& filter, const Tensor& bias, const Shape& out,
                           const Params& p, Term term) {
  const int64_t reachH = (filter.dim(1) - 1) * p.dilationH + 1, reachW = (filter.dim(2) - 1) * p.dilationW + 1;
  const int64_t top = before(p.padding, image.dim(1), out.dim(1), reachH, p.strideH);
  const int64_t left = before(p.padding, image.dim(2), out.dim(2), reachW, p.strideW);
  std::vector<Sum> sums = eachOf(out, [&](Sum& sum, int64_t n, int64_t y, int64_t x, int64_t c) {
    add(sum, bias[c]);
    for (int64_t ky = 0; ky < filter.dim(1); ++ky) {
      for (int64_t kx = 0; kx < filter.dim(2); ++kx) {
        const int64_t iy = y * p.strideH - top + ky * p.dilationH, ix = x * p.strideW - left + kx * p.dilationW;
        if (image.inside(iy, ix)) term(sum, n, iy, ix, ky, kx, c);
      }
    }
  });
  clampAll(sums, p.activation);
  return sums;
}

std::vector<Sum> convSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor image(row, graph, 0), filter(row, graph, 1), bias(row, graph, 2);
  const int64_t filtersAGroup = filter.dim(0) / (image.dim(3) / filter.dim(3));
  return convolved(image, filter, bias, out, graph.nodes()[0].as<Conv2dParams>(),
                   [&](Sum& sum, int64_t n, int64_t y, int64_t x, int64_t ky, int64_t kx, int64_t c) {
                     const int64_t first = c / filtersAGroup * filter.dim(3);
                     for (int64_t k = 0; k < filter.dim(3); ++k) {
                       add(sum, image.at(n, y, x, first + k) * filter.at(c, ky, kx, k));
                     }
                   });
}

std::vector<Sum> depthwiseSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor image(row, graph, 0), filter(row, graph, 1), bias(row, graph, 2);
  const auto& params = graph.nodes()[0].as<DepthwiseConv2dParams>();
  const int64_t multiplier = filter.dim(3) / image.dim(3);
  return convolved(image, filter, bias, out, params,
                   [&](Sum& sum, int64_t n, int64_t y, int64_t x, int64_t ky, int64_t kx, int64_t c) {
                     add(sum, image.at(n, y, x, c / multiplier) * filter.at(0, ky, kx, c));
                   });
}

// Every input position spreads a filter over the output.
std::vector<Sum> transposedSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const bool builtin = graph.nodes()[0].op == OpKind::TransposeConv;
  const auto& p = graph.nodes()[0].as<TransposeConvParams>();
  const Tensor image(row, graph, builtin ? 2 : 0), filter(row, graph, 1), bias(row, graph, builtin ? 3 : 2);
  const auto cut = [&](int64_t in, int64_t size, int64_t taps, int64_t stride) -> int64_t {
    if (p.padding == Padding::Valid) return 0;
    if (builtin) return std::max<int64_t>(0, ((size + stride - 1) / stride - 1) * stride + taps - size) / 2;
    return std::max<int64_t>(0, taps - (in - 1) % stride - 1) / 2;
  };
  const int64_t top = cut(image.dim(1), out.dim(1), filter.dim(1), p.strideH);
  const int64_t left = cut(image.dim(2), out.dim(2), filter.dim(2), p.strideW);
  std::vector<Sum> sums = eachOf(out, [&](Sum& sum, int64_t n, int64_t y, int64_t x, int64_t c) {
    add(sum, bias[c]);
    for (int64_t ky = 0; ky < filter.dim(1); ++ky) {
      for (int64_t kx = 0; kx < filter.dim(2); ++kx) {
        const int64_t fromY = y + top - ky, fromX = x + left - kx;
        if (fromY % p.strideH != 0 || fromX % p.strideW != 0) continue;
        const int64_t iy = fromY / p.strideH, ix = fromX / p.strideW;
        if (!image.inside(iy, ix)) continue;
        for (int64_t k = 0; k < image.dim(3); ++k) add(sum, image.at(n, iy, ix, k) * filter.at(c, ky, kx, k));
      }
    }
  });
  clampAll(sums, p.activation);
  return sums;
}

std::vector<Sum> poolSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor image(row, graph, 0);
  const auto& p = graph.nodes()[0].as<Pool2dParams>();
  const int64_t top = before(p.padding, image.dim(1), out.dim(1), p.filterH, p.strideH);
  const int64_t left = before(p.padding, image.dim(2), out.dim(2), p.filterW, p.strideW);
  std::vector<Sum> sums = eachOf(out, [&](Sum& sum, int64_t n, int64_t y, int64_t x, int64_t c) {
    double count = 0;
    for (int64_t ky = 0; ky < p.filterH; ++ky) {
      for (int64_t kx = 0; kx < p.filterW; ++kx) {
        const int64_t iy = y * p.strideH - top + ky, ix = x * p.strideW - left + kx;
        if (!image.inside(iy, ix)) continue;
        add(sum, image.at(n, iy, ix, c));
        ++count;
      }
    }
    sum.value /= count;
    sum.magnitude /= count;
  });
  clampAll(sums, p.activation);
  return sums;
}

std::vector<Sum> denseSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor x(row, graph, 0), weights(row, graph, 1), bias(row, graph, 2);
  const int64_t units = weights.dim(0), depth = weights.dim(1);
  std::vector<Sum> sums(size_t(out.elements()));
  for (int64_t i = 0; i < out.elements(); ++i) {
    Sum& sum = sums[size_t(i)];
    add(sum, bias[i % units]);
    for (int64_t k = 0; k < depth; ++k) add(sum, x[i / units * depth + k] * weights[i % units * depth + k]);
  }
  clampAll(sums, graph.nodes()[0].as<FullyConnectedParams>().activation);
  return sums;
}

// The position in a tensor of `shape`, which spreads to `out`, of the matrix that holds element `at` of the output.
int64_t matrixBefore(const Shape& shape, const Shape& out, int64_t at) {
  int64_t rest = at / (out.dim(out.rank() - 1) * out.dim(out.rank() - 2));
  int64_t position = 0, stride = shape.dim(shape.rank() - 1) * shape.dim(shape.rank() - 2);
  for (int back = 3; back <= out.rank(); ++back) {
    const int64_t size = out.dim(out.rank() - back), coordinate = rest % size;
    rest /= size;
    if (back > shape.rank()) continue;
    const int64_t own = shape.dim(shape.rank() - back);
    position += (own == 1 ? 0 : coordinate) * stride;
    stride *= own;
  }
  return position;
}

std::vector<Sum> productSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor x(row, graph, 0), y(row, graph, 1);
  const auto& p = graph.nodes()[0].as<BatchMatmulParams>();
  const int64_t columns = out.dim(out.rank() - 1), rows = out.dim(out.rank() - 2);
  const int64_t depth = x.dim(x.shape().rank() - (p.adjointX ? 2 : 1));
  std::vector<Sum> sums(size_t(out.elements()));
  for (int64_t i = 0; i < out.elements(); ++i) {
    const int64_t r = i / columns % rows, c = i % columns;
    const int64_t xAt = matrixBefore(x.shape(), out, i), yAt = matrixBefore(y.shape(), out, i);
    for (int64_t k = 0; k < depth; ++k) {
      add(sums[size_t(i)], x[xAt + (p.adjointX ? k * rows + r : r * depth + k)] *
                               y[yAt + (p.adjointY ? c * depth + k : k * columns + c)]);
    }
  }
  return sums;
}

std::vector<Sum> reducedSums(const OpCase& row, const Graph& graph, const Shape& out) {
  const Tensor in(row, graph, 0);
  const auto axes = row.operands()[1];
  const int rank = in.shape().rank();
  std::vector<bool> summed(size_t(rank), false);
  for (size_t i = 0; i < axes.size() / sizeof(int32_t); ++i) {
    const int32_t axis = reinterpret_cast<const int32_t*>(axes.data())[i];
    summed[size_t(axis < 0 ? axis + rank : axis)] = true;
  }
  std::vector<Sum> sums(size_t(out.elements()));
  for (int64_t i = 0; i < in.shape().elements(); ++i) {
    int64_t rest = i, to = 0, stride = 1;
    for (int axis = rank - 1; axis >= 0; --axis) {
      if (!summed[size_t(axis)]) {
        to += rest % in.dim(axis) * stride;
        stride *= in.dim(axis);
      }
      rest /= in.dim(axis);
    }
    add(sums[size_t(to)], in[i]);
  }
  if (graph.nodes()[0].op == OpKind::Sum) return sums;
  const double count = double(in.shape().elements()) / double(out.elements());
  for (Sum& sum : sums) sum = {sum.value / count, sum.magnitude / count, sum.terms};
  return sums;
}

}  // namespace

std::optional<std::vector<Sum>> sumsOf(const OpCase& row) {
  const Graph graph = row.graph();
  const Node& node = graph.nodes()[0];
  const TensorType& out = graph.value(node.outputs[0]).type;
  if (out.dtype != DataType::Float32) return std::nullopt;
  for (const ValueId id : node.inputs) {
    const DataType dtype = id == kNoValue ? DataType::Float32 : graph.value(id).type.dtype;
    if (dtype != DataType::Float32 && dtype != DataType::Int32) return std::nullopt;  // hybrid
  }
  switch (node.op) {
    case OpKind::Conv2d:
      return convSums(row, graph, out.shape);
    case OpKind::DepthwiseConv2d:
      return depthwiseSums(row, graph, out.shape);
    case OpKind::TransposeConv:
    case OpKind::Convolution2dTransposeBias:
      return transposedSums(row, graph, out.shape);
    case OpKind::FullyConnected:
      return denseSums(row, graph, out.shape);
    case OpKind::BatchMatmul:
      return productSums(row, graph, out.shape);
    case OpKind::AveragePool2d:
      return poolSums(row, graph, out.shape);
    case OpKind::Mean:
    case OpKind::Sum:
      return reducedSums(row, graph, out.shape);
    default:
      return std::nullopt;
  }
}

}  // namespace trireme::conformance::matrix
