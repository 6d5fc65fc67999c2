// RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, on batch x height x width x channels. A row is a line of the output.

#include <cmath>
#include <cstring>
#include <memory>
#include <type_traits>

#include "kernels/reference/families.h"
#include "kernels/reference/resize_taps.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

struct Sizes {
  int64_t batch = 0, inHeight = 0, inWidth = 0, outHeight = 0, outWidth = 0, channels = 0;
};
Sizes sizesOf(const Graph& graph, const Node& node) {
  const Shape& in = inputType(graph, node, 0).shape;
  const Shape& out = outputType(graph, node).shape;
  return {in.dim(0), in.dim(1), in.dim(2), out.dim(1), out.dim(2), in.dim(3)};
}

template <class T>
T blend(T a, T b, T c, T d, float wy, float wx) {
  const float sum =
      float(a) * (1 - wy) * (1 - wx) + float(b) * wy * (1 - wx) + float(c) * (1 - wy) * wx + float(d) * wy * wx;
  if constexpr (std::is_integral_v<T>) {
    return T(int32_t(sum + 0.5f));
  } else {
    return sum;
  }
}
// Rounded half away from zero.
template <class T>
T blend(T a, T b, T c, T d, int64_t wy, int64_t wx) {
  const int64_t sum = a * (1024 - wy) * (1024 - wx) + b * wy * (1024 - wx) + c * (1024 - wy) * wx + d * wy * wx;
  return T((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
}

template <class T, class Weight>
Prepared prepareBilinearOf(const Sizes& sizes, const ResizeParams& params) {
  struct Taps {
    std::vector<Tap<Weight>> y, x;
  };
  const auto taps = std::make_shared<const Taps>(
      Taps{tapsOf<Weight>({sizes.inHeight, sizes.outHeight, params.alignCorners, params.halfPixelCenters}),
           tapsOf<Weight>({sizes.inWidth, sizes.outWidth, params.alignCorners, params.halfPixelCenters})});
  Prepared prepared;
  prepared.run = [sizes, taps](const Operands& operands, Rows rows) {
    const int64_t line = sizes.inWidth * sizes.channels;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const Tap<Weight>& y = taps->y[size_t(row % sizes.outHeight)];
      const T* image = input<T>(operands, 0) + row / sizes.outHeight * sizes.inHeight * line;
      const T* upper = image + y.upper * line;
      const T* lower = image + y.lower * line;
      T* out = output<T>(operands) + row * sizes.outWidth * sizes.channels;
      for (const Tap<Weight>& x : taps->x) {
        const int64_t left = x.lower * sizes.channels, right = x.upper * sizes.channels;
        for (int64_t c = 0; c < sizes.channels; ++c) {
          out[c] = blend(lower[left + c], upper[left + c], lower[right + c], upper[right + c], y.weight, x.weight);
        }
        out += sizes.channels;
      }
    }
  };
  return prepared;
}

Prepared prepareNearestOf(const Sizes& sizes, const ResizeParams& params, int64_t elementBytes) {
  std::vector<int64_t> columns;
  const Sampling across{sizes.inWidth, sizes.outWidth, params.alignCorners, params.halfPixelCenters};
  for (int64_t x = 0; x < sizes.outWidth; ++x) columns.push_back(nearest(across, x));
  const Sampling down{sizes.inHeight, sizes.outHeight, params.alignCorners, params.halfPixelCenters};
  Prepared prepared;
  prepared.run = [sizes, down, columns, elementBytes](const Operands& operands, Rows rows) {
    const int64_t pixel = sizes.channels * elementBytes;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t line = row / sizes.outHeight * sizes.inHeight + nearest(down, row % sizes.outHeight);
      const std::byte* in = operands.inputs[0] + line * sizes.inWidth * pixel;
      std::byte* out = operands.outputs[0] + row * sizes.outWidth * pixel;
      for (size_t x = 0; x < columns.size(); ++x) {
        std::memcpy(out + int64_t(x) * pixel, in + columns[x] * pixel, size_t(pixel));
      }
    }
  };
  return prepared;
}

auto sizePlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) {
    const int64_t dims[] = {in.shape.dim(0), steering[0][0], steering[0][1], in.shape.dim(3)};
    return samePlannedShape(dims, out);
  };
}

Support supportsResize(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  const bool bilinear = node.op == OpKind::ResizeBilinear;
  const ResizeParams& params = node.as<ResizeParams>();
  if (bilinear) {
    questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16});
    questions.require(!(params.alignCorners && params.halfPixelCenters), ReasonCode::Parameter,
                      "align_corners and half_pixel_centers exclude each other");
  }
  askMovable(questions, 0);
  const Shape& size = inputType(graph, node, 1).shape;
  const bool two = questions.require(size.rank() == 1 && size.dim(0) == 2, ReasonCode::Parameter,
                                     nameInput(graph, node, 1) + ": expected height and width");
  if (!questions.inputRank(0, 4, 4) || !two || !SteeringInputs::ask(questions, {1})) {
    return std::move(questions).answer();
  }
  askPlan(questions, SteeringInputs(graph, node, {1}), sizePlan(graph, node));
  const Shape& in = inputType(graph, node, 0).shape;
  const Shape& out = outputType(graph, node).shape;
  if (questions.outputShape(
          {in.dim(0), out.rank() == 4 ? out.dim(1) : 0, out.rank() == 4 ? out.dim(2) : 0, in.dim(3)})) {
    constexpr int64_t kMost = 1 << 20;  // the tables of positions stay small, and float tells positions apart
    for (const int axis : {1, 2}) {
      questions.require(out.dim(axis) <= kMost && in.dim(axis) <= kMost, ReasonCode::Limit,
                        "axis " + std::to_string(axis) + " is larger than 2^20");
      questions.require(in.dim(axis) > 0 && out.dim(axis) > 0, ReasonCode::Parameter,
                        nameInput(graph, node, 0) + ": axis " + std::to_string(axis) + " is empty, or its size is");
    }
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareResize(const Graph& graph, const Node& node) {
  const Sizes sizes = sizesOf(graph, node);
  const ResizeParams& params = node.as<ResizeParams>();
  const DataType dtype = inputType(graph, node, 0).dtype;
  Prepared prepared;
  if (node.op == OpKind::ResizeNearestNeighbor) {
    prepared = prepareNearestOf(sizes, params, bytesPerElement(dtype));
  } else if (dtype == DataType::Float32) {
    prepared = prepareBilinearOf<float, float>(sizes, params);
  } else if (dtype == DataType::UInt8) {
    prepared = prepareBilinearOf<uint8_t, float>(sizes, params);
  } else if (dtype == DataType::Int8) {
    prepared = prepareBilinearOf<int8_t, int64_t>(sizes, params);
  } else {
    prepared = prepareBilinearOf<int16_t, int64_t>(sizes, params);
  }
  prepared.rows = sizes.channels == 0 ? 0 : sizes.batch * sizes.outHeight;
  const SteeringInputs inputs(graph, node, {1});
  if (!inputs.constant()) {
    prepared.check = [inputs, plan = sizePlan(graph, node)](const Operands& operands) {
      return plan(inputs.read(operands));
    };
  }
  return prepared;
}

}  // namespace

std::span<const Entry> resizeKernels() {
  static constexpr Entry kEntries[] = {{OpKind::ResizeBilinear, supportsResize, prepareResize},
                                       {OpKind::ResizeNearestNeighbor, supportsResize, prepareResize}};
  return kEntries;
}

}  // namespace trireme::reference
