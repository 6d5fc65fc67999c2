// Functions of one element: the activations and ABS, NEG, EXP, LOG, SQRT, RSQRT, SQUARE.

#include "delegates/gpu/activation.h"

#include <fmt/format.h>

#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"

namespace trireme::gpu {
namespace {

DataType typeOf(const Graph& graph, const Node& node) { return graph.value(node.inputs[0]).type.dtype; }

}  // namespace

Support supportsActivation(const LowerQuery& query) {
  const DataType dtype = typeOf(query.graph, query.node);
  if (dtype == DataType::Float32 || dtype == DataType::Int32) return {};  // int32: ABS and NEG, says the reference
  return Support::no(ReasonCode::DataType,
                     fmt::format("there is no program for {} of {}", opName(query.node.op), dataTypeName(dtype)));
}

Status emitActivation(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  ActivationStep step;
  if (const auto known = activationOf(emitter.graph(), node)) {
    step = *known;
  } else {
    step.kind = node.op == OpKind::Abs ? ActivationKind::Abs : ActivationKind::Neg;
  }
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  UnaryParams params;
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.a = step.a;
  params.b = step.b;
  const Runs runs = setRuns(emitter, dst, params);
  emitter.dispatch(Program::Unary, typeVariant(dst.storage), {int32_t(step.kind)}, {src, dst}, params, runs.items,
                   runs.local, double(dst.rows * dst.channels));
  return {};
}

}  // namespace trireme::gpu
