#include <limits>
#include <type_traits>

#include "kernels/common/activation_range.h"
#include "kernels/common/padding.h"
#include "kernels/reference/families.h"
#include "kernels/reference/window.h"

namespace trireme::reference {
namespace {

template <class T>
using Range = std::conditional_t<std::is_same_v<T, float>, common::FloatRange, common::CodeRange>;

// The mean, rounded half away from zero for integers.
float mean(float sum, int64_t count) { return sum / float(count); }
int32_t mean(int32_t sum, int64_t count) {
  const auto half = int32_t(count / 2), all = int32_t(count);
  return sum > 0 ? (sum + half) / all : (sum - half) / all;
}

// Calls visit(pointer to the channels of one position) for every position of the window inside the image.
template <class T, class Visit>
int64_t visitWindow(const Window& w, const T* image, int64_t y, int64_t x, Visit visit) {
  const int64_t originY = y * w.strideH - w.padH, originX = x * w.strideW - w.padW;
  const auto tapsY = common::tapsInside(originY, w.inH, w.filterH, 1);
  const auto tapsX = common::tapsInside(originX, w.inW, w.filterW, 1);
  for (int64_t ky = tapsY.first; ky < tapsY.last; ++ky) {
    for (int64_t kx = tapsX.first; kx < tapsX.last; ++kx) {
      visit(image + ((originY + ky) * w.inW + originX + kx) * w.inC);
    }
  }
  return (tapsY.last - tapsY.first) * (tapsX.last - tapsX.first);
}

template <class T>
Prepared prepareAverage(const Window& w, Range<T> range) {
  using Acc = std::conditional_t<std::is_same_v<T, float>, float, int32_t>;
  Prepared prepared;
  prepared.scratchBytes = size_t(w.inC) * sizeof(Acc);
  prepared.run = [w, range](const Operands& operands, Rows rows) {
    auto* sums = reinterpret_cast<Acc*>(operands.scratch);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const T* image = input<T>(operands, 0) + row / w.outH * w.inputImage();
      for (int64_t x = 0; x < w.outW; ++x) {
        for (int64_t c = 0; c < w.inC; ++c) sums[c] = 0;
        const int64_t count = visitWindow(w, image, row % w.outH, x, [&](const T* from) {
          for (int64_t c = 0; c < w.inC; ++c) sums[c] += from[c];
        });
        T* to = output<T>(operands) + (row * w.outW + x) * w.inC;
        if (count == 0) continue;
        for (int64_t c = 0; c < w.inC; ++c) to[c] = T(common::clamp(mean(sums[c], count), range));
      }
    }
  };
  return prepared;
}

template <class T>
Prepared prepareMax(const Window& w, Range<T> range) {
  Prepared prepared;
  prepared.run = [w, range](const Operands& operands, Rows rows) {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const T* image = input<T>(operands, 0) + row / w.outH * w.inputImage();
      for (int64_t x = 0; x < w.outW; ++x) {
        T* to = output<T>(operands) + (row * w.outW + x) * w.inC;
        for (int64_t c = 0; c < w.inC; ++c) to[c] = std::numeric_limits<T>::lowest();
        visitWindow(w, image, row % w.outH, x, [&](const T* from) {
          for (int64_t c = 0; c < w.inC; ++c) to[c] = to[c] < from[c] ? from[c] : to[c];
        });
        for (int64_t c = 0; c < w.inC; ++c) to[c] = T(common::clamp(to[c], range));
      }
    }
  };
  return prepared;
}

WindowSteps stepsOf(const Pool2dParams& params) {
  return {params.filterH, params.filterW, params.strideH, params.strideW, 1, 1};
}

Support supportsPool(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  const auto& params = node.as<Pool2dParams>();
  if (!questions.counts(1, 1) || !questions.inputRank(0, 4, 4) ||
      !questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16}) ||
      !questions.outputDtype({inputType(graph, node, 0).dtype}) ||
      !askWindow(questions, 0, stepsOf(params), params.padding, inputType(graph, node, 0).shape.dim(3))) {
    return std::move(questions).answer();
  }
  // 2^15 positions of 2^15 codes stay within the sums of 32 bits.
  constexpr int64_t kMostTaps = 65535;
  const Shape& image = inputType(graph, node, 0).shape;
  const int64_t taps =
      std::min<int64_t>(params.filterH, image.dim(1)) * std::min<int64_t>(params.filterW, image.dim(2));
  const TensorType& output = outputType(graph, node);
  if (output.dtype == DataType::Float32) {
    questions.require(common::activationRange(params.activation).has_value(), ReasonCode::Parameter,
                      "the fused activation is not a clamp");
  } else if (questions.require(
                 taps <= kMostTaps, ReasonCode::Limit,
                 "a window of " + std::to_string(taps) + " positions is above " + std::to_string(kMostTaps)) &&
             questions.inputPerTensor(0) && questions.outputPerTensor() && questions.sameQuantization(0)) {
    questions.require(
        common::activationRange(params.activation, output.dtype, scaleOf(output), zeroOf(output)).has_value(),
        ReasonCode::Parameter, "the fused activation is not a clamp that the output's type can express");
  }
  return std::move(questions).answer();
}

Result<Prepared> preparePool(const Graph& graph, const Node& node) {
  const auto& params = node.as<Pool2dParams>();
  const Window window = makeWindow(graph, node, 0, stepsOf(params), params.padding);
  const TensorType& output = outputType(graph, node);
  const bool average = node.op == OpKind::AveragePool2d;
  Prepared prepared;
  if (output.dtype == DataType::Float32) {
    const common::FloatRange range = *common::activationRange(params.activation);
    prepared = average ? prepareAverage<float>(window, range) : prepareMax<float>(window, range);
  } else {
    const auto range = *common::activationRange(params.activation, output.dtype, scaleOf(output), zeroOf(output));
    switch (output.dtype) {
      case DataType::UInt8:
        prepared = average ? prepareAverage<uint8_t>(window, range) : prepareMax<uint8_t>(window, range);
        break;
      case DataType::Int8:
        prepared = average ? prepareAverage<int8_t>(window, range) : prepareMax<int8_t>(window, range);
        break;
      default:
        prepared = average ? prepareAverage<int16_t>(window, range) : prepareMax<int16_t>(window, range);
        break;
    }
  }
  prepared.rows = window.rows();
  return prepared;
}

}  // namespace

std::span<const Entry> poolKernels() {
  static constexpr Entry kEntries[] = {{OpKind::AveragePool2d, supportsPool, preparePool},
                                       {OpKind::MaxPool2d, supportsPool, preparePool}};
  return kEntries;
}

}  // namespace trireme::reference
