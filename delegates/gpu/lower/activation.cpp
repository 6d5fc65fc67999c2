// Functions of one element: the activations and ABS, NEG, EXP, LOG, SQRT, RSQRT, SQUARE.

#include "delegates/gpu/activation.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"
#include "kernels/reference/evaluate.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kCodes = 65536;

DataType typeOf(const Graph& graph, const Node& node) { return graph.value(node.inputs[0]).type.dtype; }

// What the reference kernel gives for each code, in the order of codes; it may know fewer elements than there are
// codes.
void fillTable(const Graph& graph, const Node& node, std::span<std::byte> bytes) {
  const Result<reference::Prepared> prepared = reference::prepare(graph, node);
  TRIREME_CHECK(prepared.ok(), "a node that was taken can be prepared");
  const int64_t elements = graph.value(node.inputs[0]).type.shape.elements();
  std::vector<int16_t> codes(size_t(kCodes + elements)), results(codes.size());
  for (int64_t i = 0; i < kCodes; ++i) codes[size_t(i)] = int16_t(i - 32768);
  for (int64_t at = 0; at < kCodes; at += elements) {
    const std::byte* inputs[] = {reinterpret_cast<const std::byte*>(codes.data() + at)};
    std::byte* outputs[] = {reinterpret_cast<std::byte*>(results.data() + at)};
    prepared.value().run({inputs, outputs}, {0, prepared.value().rows});
  }
  std::copy_n(reinterpret_cast<const std::byte*>(results.data()), bytes.size(), bytes.data());
}

void emitTable16(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  const Tensor table = emitter.weights(Storage::I16, kCodes,
                                       [&](std::span<std::byte> bytes) { fillTable(emitter.graph(), node, bytes); });
  Table16Params params;
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  const Runs runs = setRuns(emitter, dst, params);
  emitter.dispatch(Program::Table16, typeVariant(Storage::I16), {}, {src, table, dst}, params, runs.items, runs.local,
                   double(dst.rows * dst.channels));
}

}  // namespace

Support supportsActivation(const LowerQuery& query) {
  const Node& node = query.node;
  switch (typeOf(query.graph, node)) {
    case DataType::Float32:
      return {};
    case DataType::Int32:
      return {};  // ABS and NEG, says the reference
    case DataType::Int16:
      if (node.op != OpKind::Sqrt && node.op != OpKind::Rsqrt) return {};
      return Support::no(ReasonCode::DataType, "int16 codes below zero, which only running can tell, are refused");
    default:
      return Support::no(ReasonCode::DataType, fmt::format("there is no GPU program for {} of {}", opName(node.op),
                                                           dataTypeName(typeOf(query.graph, node))));
  }
}

Status emitActivation(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  if (typeOf(emitter.graph(), node) == DataType::Int16) {
    emitTable16(emitter, call);
    return {};
  }
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
