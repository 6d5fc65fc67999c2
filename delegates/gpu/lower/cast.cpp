#include <cmath>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/elements.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/lookup.h"
#include "kernels/reference/operands.h"

namespace trireme::gpu {
namespace {

void emitToIntegers(Emitter& emitter, const Rows& rows, DataType out) {
  CastParams params;
  const Extent items = setRows(emitter, rows.src, rows.dst, params);
  const bool truth = out == DataType::Bool;
  const reference::IntegerRange range = truth ? reference::IntegerRange{0, 1} : reference::integerRange(out);
  params.bits = int32_t(bytesOf(rows.dst.storage) * 8);
  params.lowest = int32_t(range.low);
  params.highest = int32_t(range.high);
  params.low = float(range.low);
  params.limit = float(range.high + 1);
  params.below = std::nextafter(params.limit, 0.0f);
  emitter.dispatch(Program::Cast, conversion(rows.dst.storage, rows.src.storage), {truth ? 1 : 0, rows.dense},
                   {rows.src, rows.dst}, params, items, emitter.smallLocal(), 0);
}

}  // namespace

Support supportsCast(const LowerQuery&) { return {}; }

Status emitCast(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const DataType in = emitter.graph().value(node.inputs[0]).type.dtype;
  const DataType out = emitter.graph().value(call.output).type.dtype;
  if (hasTable(in)) return emitTable(emitter, call);
  if (in == out) {
    emitCopy(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any));
    return {};
  }
  const Rows rows = rowsOfElements(emitter, node.inputs[0], call.output);
  if (out == DataType::Float32) {
    emitScaled(emitter, rows, 1, 0);
  } else {
    emitToIntegers(emitter, rows, out);
  }
  return {};
}

}  // namespace trireme::gpu
