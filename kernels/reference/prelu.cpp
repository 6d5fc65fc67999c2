#include <limits>

#include "kernels/common/activation_range.h"
#include "kernels/common/broadcast.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/families.h"
#include "kernels/reference/operands.h"

namespace trireme::reference {
namespace {

template <class In, class Alpha, class Function>
Prepared mapPairs(const TensorType& in, const TensorType& alpha, Function function) {
  Prepared prepared;
  const common::Broadcast walk(in.shape, alpha.shape);
  prepared.rows = walk.elements();
  prepared.run = [walk, function](const Operands& operands, Rows rows) {
    const In* values = input<In>(operands, 0);
    const Alpha* slopes = input<Alpha>(operands, 1);
    In* to = output<In>(operands);
    walk.forEachRun(rows.begin, rows.end,
                    [&](int64_t out, int64_t a, int64_t aStep, int64_t b, int64_t bStep, int64_t count) {
                      for (int64_t i = 0; i < count; ++i)
                        to[out + i] = function(values[a + i * aStep], slopes[b + i * bStep]);
                    });
  };
  return prepared;
}

struct Multipliers {
  std::optional<common::Multiplier> identity, slope;
};
// The scales are multiplied and divided as floats here.
Multipliers multipliersOf(const TensorType& in, const TensorType& alpha, const TensorType& out) {
  return {common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out))),
          common::quantizeMultiplier(double(scaleOf(in) * scaleOf(alpha) / scaleOf(out)))};
}

template <class In, class Alpha>
Prepared prepareCodes(const TensorType& in, const TensorType& alpha, const TensorType& out) {
  const Multipliers both = multipliersOf(in, alpha, out);
  return mapPairs<In, Alpha>(
      in, alpha,
      [identity = both.identity.value_or(common::Multiplier{}), slope = both.slope.value_or(common::Multiplier{}),
       inZero = zeroOf(in), alphaZero = zeroOf(alpha), outZero = zeroOf(out)](In code, Alpha factor) {
        const int32_t value = int32_t(code) - inZero;
        const int32_t scaled = value >= 0 ? common::multiply(value, identity)
                                          : common::multiply(value * (int32_t(factor) - alphaZero), slope);
        const common::CodeRange range{std::numeric_limits<In>::min(), std::numeric_limits<In>::max()};
        return In(common::clamp(common::wrappingAdd(scaled, outZero), range));
      });
}

Support supportsPrelu(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2) ||
      !questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16})) {
    return std::move(questions).answer();
  }
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& alpha = inputType(graph, node, 1);
  questions.outputDtype({in.dtype});
  questions.inputDtype(1, {in.dtype == DataType::Int16 ? DataType::Int8 : in.dtype});
  const auto both = common::broadcastShape(in.shape, alpha.shape);
  questions.require(both && *both == in.shape, ReasonCode::Parameter,
                    nameInput(graph, node, 1) + ": does not spread over " + nameInput(graph, node, 0));
  questions.outputShape(in.shape.dims());
  if (!questions.ok() || in.dtype == DataType::Float32) return std::move(questions).answer();
  if (questions.inputPerTensor(0) && questions.inputPerTensor(1) && questions.outputPerTensor()) {
    const Multipliers multipliers = multipliersOf(in, alpha, outputType(graph, node));
    questions.require(multipliers.identity && multipliers.slope, ReasonCode::Quantization,
                      "the scales of input, alpha and output give a multiplier that is too large");
  }
  return std::move(questions).answer();
}

Result<Prepared> preparePrelu(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& alpha = inputType(graph, node, 1);
  const TensorType& out = outputType(graph, node);
  switch (in.dtype) {
    case DataType::UInt8:
      return prepareCodes<uint8_t, uint8_t>(in, alpha, out);
    case DataType::Int8:
      return prepareCodes<int8_t, int8_t>(in, alpha, out);
    case DataType::Int16:
      return prepareCodes<int16_t, int8_t>(in, alpha, out);
    default:
      return mapPairs<float, float>(in, alpha, [](float x, float a) { return x >= 0.0f ? x : x * a; });
  }
}

}  // namespace

std::span<const Entry> preluKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Prelu, supportsPrelu, preparePrelu}};
  return kEntries;
}

}  // namespace trireme::reference
