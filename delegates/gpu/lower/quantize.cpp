#include <fmt/format.h>

#include <limits>

#include "delegates/gpu/lower/elements.h"
#include "delegates/gpu/lower/families.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/operands.h"

namespace trireme::gpu {
namespace {

void quantizeFloats(Emitter& emitter, const Rows& rows, const TensorType& out) {
  QuantizeParams params;
  const Extent items = setRows(emitter, rows.src, rows.dst, params);
  const reference::IntegerRange range = reference::integerRange(out.dtype);
  params.scale = out.quantization.scales[0];
  params.zero = out.quantization.zeroPoints[0];
  params.low = float(range.low - params.zero);
  params.high = float(range.high - params.zero);
  emitter.dispatch(Program::Quantize, conversion(rows.dst.storage, rows.src.storage), {rows.dense},
                   {rows.src, rows.dst}, params, items, emitter.smallLocal(), 0);
}

void requantize(Emitter& emitter, const Rows& rows, const TensorType& in, const TensorType& out) {
  const auto multiplier =
      common::quantizeMultiplier(double(in.quantization.scales[0]) / double(out.quantization.scales[0]))
          .value_or(common::Multiplier{});
  RequantizeParams params;
  const Extent items = setRows(emitter, rows.src, rows.dst, params);
  const reference::IntegerRange range = reference::integerRange(out.dtype);
  params.minusZero = int32_t(0u - uint32_t(in.quantization.zeroPoints[0]));
  params.mantissa = multiplier.mantissa;
  params.shift = multiplier.shift;
  params.dstZero = out.quantization.zeroPoints[0];
  params.low = int32_t(range.low);
  params.high = int32_t(range.high);
  emitter.dispatch(Program::Requantize, conversion(rows.dst.storage, rows.src.storage), {rows.dense},
                   {rows.src, rows.dst}, params, items, emitter.smallLocal(), 0);
}

bool gapless(const Tensor& tensor) { return tensor.pitch == tensor.channels; }

}  // namespace

Rows rowsOfElements(Emitter& emitter, ValueId from, ValueId to) {
  const Tensor src = emitter.read(from, Layout::Any);
  if (gapless(src) && src.rows * src.channels >= int64_t(emitter.width())) {
    const Tensor dst = emitter.write(to, Layout::Any);
    if (gapless(dst)) return {src, dst, 1};
  }
  return {emitter.read(from), emitter.write(to), 0};
}

std::string conversion(Storage dst, Storage src) {
  return fmt::format("D={} S={}", storageName(dst), storageName(src));
}

Support supportsQuantize(const LowerQuery& query) {
  const bool from = query.node.op == OpKind::Dequantize;
  const Value& value = query.graph.value(from ? query.node.inputs[0] : query.node.outputs[0]);
  return Support().require(
      value.type.quantization.scales.size() == 1, ReasonCode::Quantization,
      fmt::format("'{}' has {} scales; the program has one", value.name, value.type.quantization.scales.size()));
}

Status emitQuantize(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const TensorType& in = emitter.graph().value(node.inputs[0]).type;
  const TensorType& out = emitter.graph().value(call.output).type;
  const Rows rows = rowsOfElements(emitter, node.inputs[0], call.output);
  if (in.dtype == DataType::Float32) {
    quantizeFloats(emitter, rows, out);
  } else {
    requantize(emitter, rows, in, out);
  }
  return {};
}

void emitScaled(Emitter& emitter, const Rows& rows, float scale, int32_t zero) {
  DequantizeParams params;
  const Extent items = setRows(emitter, rows.src, rows.dst, params);
  params.scale = scale;
  params.zero = zero;
  emitter.dispatch(Program::Dequantize, conversion(rows.dst.storage, rows.src.storage), {rows.dense},
                   {rows.src, rows.dst}, params, items, emitter.smallLocal(), 0);
}

Status emitDequantize(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Quantization& quantization = emitter.graph().value(node.inputs[0]).type.quantization;
  emitScaled(emitter, rowsOfElements(emitter, node.inputs[0], call.output), quantization.scales[0],
             quantization.zeroPoints[0]);
  return {};
}

}  // namespace trireme::gpu
