#include <cstring>

#include "delegates/cpu/lower/families.h"

namespace trireme::cpu {

Support supportsView(const LowerContext& context) {
  const TensorType& from = context.graph.value(context.node.inputs[0]).type;
  const TensorType& to = context.graph.value(context.node.outputs[0]).type;
  const bool isSteered = context.node.inputs.size() > 1 && context.node.inputs[1] != kNoValue;
  return Support()
      .require(!isSteered || context.graph.value(context.node.inputs[1]).isConstant, ReasonCode::NeedsConstant,
               "the new shape is known only while it runs")
      .require(from.dtype == to.dtype, ReasonCode::DataType, "input and output differ in type")
      .require(bitsPerElement(from.dtype) >= 8, ReasonCode::DataType, "elements smaller than a byte")
      .require(from.shape.isKnown() && to.shape.isKnown() && from.shape.elements() == to.shape.elements(),
               ReasonCode::DynamicShape, "input and output differ in size");
}

Result<Lowered> lowerView(const LowerContext& context) {
  TRIREME_ASSIGN(const size_t bytes, byteSize(context.graph.value(context.node.outputs[0]).type));
  constexpr size_t kBlock = size_t{1} << 16;
  Lowered call;
  call.kernel = "copy";
  call.why = "the same bytes under another shape";
  call.units = "blocks of 64 KiB";
  call.isView = true;
  call.seconds = double(bytes) / 5e9;
  call.prepared.rows = int64_t((bytes + kBlock - 1) / kBlock);
  call.prepared.run = [bytes](const reference::Operands& operands, reference::Rows rows) {
    const size_t begin = size_t(rows.begin) * kBlock;
    const size_t end = std::min(size_t(rows.end) * kBlock, bytes);
    if (begin < end) std::memmove(operands.outputs[0] + begin, operands.inputs[0] + begin, end - begin);
  };
  return call;
}

}  // namespace trireme::cpu
