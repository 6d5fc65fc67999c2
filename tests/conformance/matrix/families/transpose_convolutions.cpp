// TRANSPOSE_CONV, Convolution2DTransposeBias.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"
#include "tests/conformance/matrix/weighted.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr int64_t kMostElements = 1500, kMostMacs = 200000;
constexpr int64_t kKernels[] = {2, 3, 4, 1, 5};
constexpr int32_t kStrides[] = {2, 1, 3};
constexpr Padding kPaddings[] = {Padding::Same, Padding::Valid};

struct Layer {
  int64_t h, w, inC, outC, kernelH, kernelW;
  int32_t strideH, strideW;
  Padding padding;
  Activation activation;
  bool bias;
};

Layer layerOf(const Choice& c) {
  Layer l{pick(kOddSizes, c[0]),
          pick(kOddSizes, c[1]),
          pick(kOddSizes, c[2]),
          pick(kOddSizes, c[3]),
          pick(kKernels, c[4]),
          pick(kKernels, c[4] + (c[8] == 3 ? 1 : 0)),
          pick(kStrides, c[5]),
          pick(kStrides, c[5] + (c[8] == 2 ? 1 : 0)),
          pick(kPaddings, c[6]),
          pick(kClamps, c[7]),
          c[8] != 1};
  Sizes picture = {l.h, l.w};
  const int64_t macs = l.kernelH * l.kernelW * l.inC * l.outC;
  limitElements(picture, std::max<int64_t>(2, std::min(kMostMacs / macs, kMostElements / std::max(l.inC, l.outC))));
  l.h = picture[0];
  l.w = picture[1];
  return l;
}

std::vector<size_t> levels() {
  return {kSizes, kSizes, kSizes, kSizes, std::size(kKernels), std::size(kStrides), 2, std::size(kClamps), 4};
}

std::string describe(const Layer& l) {
  return fmt::format("{} to {} channels, kernel {}x{}, stride {}x{}, {}, {}, {}bias", text({1, l.h, l.w, l.inC}),
                     l.outC, l.kernelH, l.kernelW, l.strideH, l.strideW, name(l.padding), name(l.activation),
                     l.bias ? "" : "no ");
}

Weighted typesOf(Form form, const Layer& l) {
  const int64_t taps = std::max<int64_t>(1, l.kernelH * l.kernelW * l.inC / (l.strideH * l.strideW));
  return weighted(form, {{1, l.h, l.w, l.inC}, {l.outC, l.kernelH, l.kernelW, l.inC}, 0, taps, true});
}

int32_t outputSize(int64_t in, int64_t kernel, int32_t stride, Padding padding) {
  return int32_t(padding == Padding::Same ? in * stride : (in - 1) * stride + kernel);
}

void addBuiltin(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::TransposeConv, form, levels(), 90)) {
    const Layer l = layerOf(c);
    const Weighted types = typesOf(form, l);
    const std::vector<int32_t> shape = {1, outputSize(l.h, l.kernelH, l.strideH, l.padding),
                                        outputSize(l.w, l.kernelW, l.strideW, l.padding), int32_t(l.outC)};
    cells.add(
        OpKind::TransposeConv, form, describe(l),
        [&](OpCase& row, support::Random& random) {
          row.constant(plain(DataType::Int32, {4}), shape);
          row.constant(types.weights, values(types.weights, random, Spread::Unit));
          row.in(types.image, values(types.image, random, Spread::Wide));
          if (l.bias && isCodes(form)) {
            std::vector<int64_t> wide(size_t(l.outC), 1234);
            std::vector<int32_t> narrow(size_t(l.outC), -1234);
            form == Form::Int16 ? row.constant(types.bias, wide) : row.constant(types.bias, narrow);
          } else if (l.bias) {
            row.constant(types.bias, values(types.bias, random, Spread::Wide));
          }
          row.out(types.out);
        },
        TransposeConvParams{l.padding, l.activation, l.strideH, l.strideW});
  }
}

void addMediaPipe(Cells& cells) {
  constexpr OpKind kOp = OpKind::Convolution2dTransposeBias;
  for (const Choice& c : cells.choose(kOp, Form::Float32, levels(), 90)) {
    Layer l = layerOf(c);
    l.activation = Activation::None;
    l.bias = true;
    const Weighted types = typesOf(Form::Float32, l);
    cells.add(
        kOp, Form::Float32, describe(l),
        [&](OpCase& row, support::Random& random) { addWeighted(row, random, types, true); },
        TransposeConvParams{l.padding, l.activation, l.strideH, l.strideW});
  }
}

}  // namespace

void addTransposeConvolutions(Cells& cells) {
  for (const Form form : {Form::Float32, Form::Int8, Form::Int8PerChannel, Form::UInt8, Form::Int16}) {
    addBuiltin(cells, form);
  }
  addMediaPipe(cells);
}

}  // namespace trireme::conformance::matrix
