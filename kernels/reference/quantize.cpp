#include <cmath>
#include <limits>

#include "kernels/common/activation_range.h"
#include "kernels/common/half_float.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/families.h"

namespace trireme::reference {
namespace {

template <class T>
constexpr common::CodeRange kRange{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};

// round(value / scale) + zero, kept within the type. What 32 bits cannot hold saturates; NaN becomes the zero point.
template <class T>
T quantizeValue(float value, float scale, int32_t zero) {
  const float code = std::round(value / scale);
  if (std::isnan(code)) return T(common::clamp(zero, kRange<T>));
  const double moved = double(code) + zero;
  if (moved <= double(kRange<T>.low)) return T(kRange<T>.low);
  return moved >= double(kRange<T>.high) ? T(kRange<T>.high) : T(moved);
}

// Slices along the quantised axis: element i lies in slice i / inner % count.
struct Slices {
  std::vector<float> scales;
  std::vector<int32_t> zeros;
  int64_t inner = 1;
  size_t of(int64_t i) const { return size_t(i / inner) % scales.size(); }
};
Slices slicesOf(const TensorType& type) {
  const Quantization& q = type.quantization;
  Slices slices{q.scales, q.zeroPoints, 1};
  for (int axis = q.axis + 1; axis < type.shape.rank(); ++axis) slices.inner *= type.shape.dim(axis);
  return slices;
}

template <class T>
Prepared prepareFromFloat(const TensorType& out) {
  if (out.quantization.scales.size() == 1) {
    return mapElements<float, T>(
        out, [scale = scaleOf(out), zero = zeroOf(out)](float value) { return quantizeValue<T>(value, scale, zero); });
  }
  Prepared prepared;
  prepared.rows = out.shape.elements();
  prepared.run = [slices = slicesOf(out)](const Operands& operands, Rows rows) {
    for (int64_t i = rows.begin; i < rows.end; ++i) {
      const size_t slice = slices.of(i);
      output<T>(operands)[i] =
          quantizeValue<T>(input<float>(operands, 0)[i], slices.scales[slice], slices.zeros[slice]);
    }
  };
  return prepared;
}

template <class In, class Out>
Prepared requantize(const TensorType& in, const TensorType& out) {
  const auto multiplier =
      common::quantizeMultiplier(double(scaleOf(in)) / double(scaleOf(out))).value_or(common::Multiplier{});
  return mapElements<In, Out>(in, [multiplier, inZero = zeroOf(in), outZero = zeroOf(out)](In code) {
    const auto value = int32_t(uint32_t(int32_t(code)) - uint32_t(inZero));
    return Out(common::clamp(common::wrappingAdd(common::multiply(value, multiplier), outZero), kRange<Out>));
  });
}

template <class In>
Prepared requantizeFrom(const TensorType& in, const TensorType& out) {
  switch (out.dtype) {
    case DataType::UInt8:
      return requantize<In, uint8_t>(in, out);
    case DataType::Int8:
      return requantize<In, int8_t>(in, out);
    case DataType::Int16:
      return requantize<In, int16_t>(in, out);
    default:
      return requantize<In, int32_t>(in, out);
  }
}

// Output types that TFLite has for each input type.
bool askOutput(Questions& questions) {
  switch (inputType(questions.graph(), questions.node(), 0).dtype) {
    case DataType::Int16:
      return questions.outputDtype({DataType::Int8, DataType::Int16, DataType::Int32});
    case DataType::Int32:
      return questions.outputDtype({DataType::Int8, DataType::Int16});
    default:
      return questions.outputDtype({DataType::UInt8, DataType::Int8, DataType::Int16});
  }
}

// The quantisation of an output of several scales, which only float inputs may have.
bool askOutputSlices(Questions& questions) {
  const TensorType& out = outputType(questions.graph(), questions.node());
  const Quantization& q = out.quantization;
  const std::string name = nameOutput(questions.graph(), questions.node());
  const bool fits = q.axis >= 0 && q.axis < out.shape.rank() && q.blockSize == 0 &&
                    int64_t(q.scales.size()) == out.shape.dim(q.axis) && q.zeroPoints.size() == q.scales.size();
  if (!questions.require(fits, ReasonCode::Quantization,
                         name + ": scales and zero points do not match axis " + std::to_string(q.axis))) {
    return false;
  }
  const IntegerRange range = integerRange(out.dtype);
  for (size_t c = 0; c < q.scales.size(); ++c) {
    if (!questions.require(std::isfinite(q.scales[c]) && q.scales[c] > 0 && q.zeroPoints[c] >= range.low &&
                               q.zeroPoints[c] <= range.high,
                           ReasonCode::Quantization,
                           name + ": scale and zero point of slice " + std::to_string(c) + " are not valid")) {
      return false;
    }
  }
  return true;
}

Support supportsQuantize(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1) ||
      !questions.inputDtype(0,
                            {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16, DataType::Int32}) ||
      !askOutput(questions) || !questions.outputShape(inputType(graph, node, 0).shape.dims())) {
    return std::move(questions).answer();
  }
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& out = outputType(graph, node);
  if (in.dtype == DataType::Float32) {
    if (out.quantization.scales.size() > 1) {
      askOutputSlices(questions);
    } else {
      questions.outputPerTensorAnyZero();
    }
    return std::move(questions).answer();
  }
  if (!questions.inputPerTensorAnyZero(0) || !questions.outputPerTensorAnyZero()) return std::move(questions).answer();
  if (in.dtype == DataType::Int16 && out.dtype == DataType::Int16) {
    questions.require(zeroOf(in) == 0 && zeroOf(out) == 0, ReasonCode::Quantization,
                      "between int16 tensors both zero points must be 0");
  }
  questions.require(common::quantizeMultiplier(double(scaleOf(in)) / double(scaleOf(out))).has_value(),
                    ReasonCode::Quantization, "the scales of input and output give a multiplier that is too large");
  return std::move(questions).answer();
}

Result<Prepared> prepareQuantize(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& out = outputType(graph, node);
  switch (in.dtype) {
    case DataType::UInt8:
      return requantizeFrom<uint8_t>(in, out);
    case DataType::Int8:
      return requantizeFrom<int8_t>(in, out);
    case DataType::Int16:
      return requantizeFrom<int16_t>(in, out);
    case DataType::Int32:
      return requantizeFrom<int32_t>(in, out);
    default:
      break;
  }
  switch (out.dtype) {
    case DataType::UInt8:
      return prepareFromFloat<uint8_t>(out);
    case DataType::Int8:
      return prepareFromFloat<int8_t>(out);
    default:
      return prepareFromFloat<int16_t>(out);
  }
}

// Per tensor in double, as TFLite does.
template <class T>
Prepared dequantize(const TensorType& in) {
  if (in.quantization.scales.size() == 1) {
    return mapElements<T, float>(
        in, [scale = double(scaleOf(in)), zero = zeroOf(in)](T code) { return float(scale * (int32_t(code) - zero)); });
  }
  Prepared prepared;
  prepared.rows = in.shape.elements();
  prepared.run = [slices = slicesOf(in)](const Operands& operands, Rows rows) {
    for (int64_t i = rows.begin; i < rows.end; ++i) {
      const size_t slice = slices.of(i);
      output<float>(operands)[i] =
          slices.scales[slice] * float(int32_t(input<T>(operands, 0)[i]) - slices.zeros[slice]);
    }
  };
  return prepared;
}

// Two codes a byte; a row is an element.
Prepared dequantizeInt4(const TensorType& in) {
  Prepared prepared;
  prepared.rows = in.shape.elements();
  prepared.run = [slices = slicesOf(in)](const Operands& operands, Rows rows) {
    const std::byte* packed = input<std::byte>(operands, 0);
    for (int64_t i = rows.begin; i < rows.end; ++i) {
      const size_t slice = slices.of(i);
      output<float>(operands)[i] = slices.scales[slice] * float(common::int4At(packed, i) - slices.zeros[slice]);
    }
  };
  return prepared;
}

Support supportsDequantize(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1) ||
      !questions.inputDtype(0, {DataType::Float16, DataType::UInt8, DataType::Int8, DataType::Int16, DataType::Int4}) ||
      !questions.outputDtype({DataType::Float32}) || !questions.outputShape(inputType(graph, node, 0).shape.dims())) {
    return std::move(questions).answer();
  }
  const TensorType& in = inputType(graph, node, 0);
  if (in.dtype == DataType::Float16) return std::move(questions).answer();
  if (in.quantization.scales.size() > 1) {
    questions.inputDtype(0, {DataType::UInt8, DataType::Int8, DataType::Int4});
    questions.inputPerChannel(0, in.quantization.axis);
  } else {
    questions.inputPerTensor(0);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareDequantize(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  switch (in.dtype) {
    case DataType::Float16:
      return mapElements<uint16_t, float>(in, common::floatFromHalf);
    case DataType::UInt8:
      return dequantize<uint8_t>(in);
    case DataType::Int8:
      return dequantize<int8_t>(in);
    case DataType::Int16:
      return dequantize<int16_t>(in);
    default:
      return dequantizeInt4(in);
  }
}

}  // namespace

std::span<const Entry> quantizeKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Quantize, supportsQuantize, prepareQuantize},
                                       {OpKind::Dequantize, supportsDequantize, prepareDequantize}};
  return kEntries;
}

}  // namespace trireme::reference
