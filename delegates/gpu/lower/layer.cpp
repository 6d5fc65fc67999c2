#include "delegates/gpu/lower/layer.h"

#include <limits>

namespace trireme::gpu {
namespace {

using reference::Arithmetic;

FloatFinish unclamped() {
  FloatFinish finish;
  finish.range = finish.second = *common::activationRange(Activation::None);
  return finish;
}

bool usesCodes(Arithmetic arithmetic) { return arithmetic == Arithmetic::Int8 || arithmetic == Arithmetic::UInt8; }

int32_t filterZeroOf(const Graph& graph, const Node& node, const reference::WeightedOperands& operands) {
  const Arithmetic arithmetic = reference::arithmeticOf(graph, node, operands);
  return usesCodes(arithmetic) ? reference::zeroOf(reference::inputType(graph, node, operands.filter)) : 0;
}

}  // namespace

Layer::Layer(Emitter& emitter, const Call& call, const reference::WeightedOperands& operands, Activation activation,
             ValueId image, int64_t imageRows, bool asymmetric)
    : emitter_(emitter),
      node_(emitter.node(call)),
      operands_(operands),
      image_(image),
      activation_(activation),
      dst_(emitter.write(call.output)),
      filter_(emitter.graph().value(node_.inputs[operands.filter]), filterZeroOf(emitter.graph(), node_, operands)) {
  const Graph& graph = emitter.graph();
  const Arithmetic arithmetic = reference::arithmeticOf(graph, node_, operands);
  job_.bias = reference::inputValue(graph, node_, operands.bias);
  if (arithmetic == Arithmetic::Hybrid) {
    job_.bias = nullptr;
    floatFinish_ = unclamped();
    codes_ = emitHybridCodes(emitter, emitter.read(image), imageRows, asymmetric);
    sums_ = emitter.scratch(Storage::F32, dst_.rows, dst_.channels);
    sums_.shape = dst_.shape;
  } else if (!usesCodes(arithmetic)) {
    floatFinish_ = floatFinish(graph, node_, activation, call.after);
    if (!floatFinish_->names.empty()) emitter.say("fused: " + floatFinish_->names);
  } else if (node_.op != OpKind::FullyConnected) {
    codeFinish_ = codeFinish(graph, node_, operands, activation);
    if (!call.after.empty()) {
      codeFinish_.kind = CodeFinish::Sum;
      codeFinish_.sum = codeSum(graph, node_, graph.node(call.after.front()));
      emitter.say("fused: ADD");
    }
  }
  job_.floats = floatFinish_ ? &*floatFinish_ : nullptr;
  job_.codes = floatFinish_ ? nullptr : &codeFinish_;
}

Tensor Layer::read(Layout layout) const { return codes_ ? codes_->codes : emitter_.read(image_, layout); }

void Layer::end(int64_t pixels) {
  if (!codes_) return;
  const Graph& graph = emitter_.graph();
  const common::FloatRange range = *common::activationRange(activation_);
  HybridScales scales{
      reference::inputType(graph, node_, operands_.filter).quantization.scales, {}, range.low, range.high};
  if (const Value* bias = reference::inputValue(graph, node_, operands_.bias)) {
    const auto values = reference::constantElements<float>(*bias);
    scales.bias.assign(values.begin(), values.end());
  }
  emitHybridFinish(emitter_, sums_, codes_->ranges, pixels, scales, dst_);
  emitter_.say("activations as codes");
}

}  // namespace trireme::gpu
