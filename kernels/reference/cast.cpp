#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/common/half_float.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/families.h"

namespace trireme::reference {
namespace {

// A half, told apart from uint16_t.
struct Half {
  uint16_t bits;
};

// A byte that is true unless it is 0.
struct Truth {
  uint8_t byte;
};

// Values of any other type as they are computed with.
template <class T>
T valueOf(T stored) {
  return stored;
}
int32_t valueOf(Truth stored) { return stored.byte != 0 ? 1 : 0; }
float valueOf(Half stored) { return common::floatFromHalf(stored.bits); }

// Reals are cut towards zero and kept within an integer type; NaN becomes its largest value. Integers wrap.
template <class Out, class In>
Out castValue(In value) {
  if constexpr (std::is_same_v<Out, Half>) {
    return Half{common::halfFromFloat(float(value))};
  } else if constexpr (std::is_same_v<Out, bool>) {
    return value != In(0);
  } else if constexpr (std::is_floating_point_v<In> && std::is_integral_v<Out>) {
    using Limits = std::numeric_limits<Out>;
    if (std::isnan(value)) return Limits::max();
    // 2^digits is exact in every real type; the largest integer may not be.
    if (value >= std::ldexp(In(1), Limits::digits)) return Limits::max();
    if (value <= In(Limits::lowest())) return Limits::lowest();
    return Out(value);
  } else {
    return Out(value);
  }
}

template <class In, class Out>
Prepared castElements(const TensorType& in) {
  return mapElements<In, Out>(in, [](In stored) { return castValue<Out>(valueOf(stored)); });
}

template <class In>
Prepared castFrom(const TensorType& in, DataType out) {
  switch (out) {
    case DataType::Float16:
      return castElements<In, Half>(in);
    case DataType::Float64:
      return castElements<In, double>(in);
    case DataType::Bool:
      return castElements<In, bool>(in);
    case DataType::Int8:
      return castElements<In, int8_t>(in);
    case DataType::UInt8:
      return castElements<In, uint8_t>(in);
    case DataType::Int16:
      return castElements<In, int16_t>(in);
    case DataType::UInt16:
      return castElements<In, uint16_t>(in);
    case DataType::Int32:
      return castElements<In, int32_t>(in);
    case DataType::UInt32:
      return castElements<In, uint32_t>(in);
    case DataType::Int64:
      return castElements<In, int64_t>(in);
    default:
      return castElements<In, float>(in);
  }
}

constexpr std::initializer_list<DataType> kTypes = {
    DataType::Float32, DataType::Float16, DataType::Float64, DataType::Bool,   DataType::Int8, DataType::UInt8,
    DataType::Int16,   DataType::UInt16,  DataType::Int32,   DataType::UInt32, DataType::Int64};

Support supportsCast(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (questions.counts(1, 1)) {
    questions.inputDtype(0, kTypes);
    questions.outputDtype(kTypes);
    questions.outputShape(inputType(graph, node, 0).shape.dims());
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareCast(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const DataType out = outputType(graph, node).dtype;
  switch (in.dtype) {
    case DataType::Float16:
      return castFrom<Half>(in, out);
    case DataType::Float64:
      return castFrom<double>(in, out);
    case DataType::Bool:
      return castFrom<Truth>(in, out);
    case DataType::Int8:
      return castFrom<int8_t>(in, out);
    case DataType::UInt8:
      return castFrom<uint8_t>(in, out);
    case DataType::Int16:
      return castFrom<int16_t>(in, out);
    case DataType::UInt16:
      return castFrom<uint16_t>(in, out);
    case DataType::Int32:
      return castFrom<int32_t>(in, out);
    case DataType::UInt32:
      return castFrom<uint32_t>(in, out);
    case DataType::Int64:
      return castFrom<int64_t>(in, out);
    default:
      return castFrom<float>(in, out);
  }
}

}  // namespace

std::span<const Entry> castKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Cast, supportsCast, prepareCast}};
  return kEntries;
}

}  // namespace trireme::reference
