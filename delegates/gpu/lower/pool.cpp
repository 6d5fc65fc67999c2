// AVERAGE_POOL_2D, MAX_POOL_2D.

#include "delegates/gpu/activation.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"
#include "kernels/common/activation_range.h"
#include "kernels/reference/window.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kItemsPerUnit = 16;

void setRange(const Pool2dParams& options, const TensorType& type, PoolParams& params) {
  if (type.dtype == DataType::Float32) {
    const ActivationStep clamp = fusedActivation(options.activation);
    params.low = clamp.a;
    params.high = clamp.b;
    return;
  }
  const common::CodeRange range =
      *common::activationRange(options.activation, type.dtype, reference::scaleOf(type), reference::zeroOf(type));
  params.least = range.low;
  params.most = range.high;
}

void setWindow(const reference::Window& window, PoolParams& params) {
  params.inH = int32_t(window.inH);
  params.inW = int32_t(window.inW);
  params.outH = int32_t(window.outH);
  params.outW = int32_t(window.outW);
  params.filterH = int32_t(window.filterH);
  params.filterW = int32_t(window.filterW);
  params.strideH = int32_t(window.strideH);
  params.strideW = int32_t(window.strideW);
  params.padH = int32_t(window.padH);
  params.padW = int32_t(window.padW);
}

// Where items are loops on cores, one takes a row of the result, unless that leaves cores idle.
int64_t runOf(const GpuLimits& limits, int64_t rows, int64_t outW) {
  if (!limits.cores || rows < kItemsPerUnit * limits.computeUnits) return 1;
  return outW;
}

}  // namespace

Support supportsPool(const LowerQuery&) { return {}; }

Status emitPool(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const auto& options = node.as<Pool2dParams>();
  const reference::Window window = reference::makeWindow(
      emitter.graph(), node, 0, {options.filterH, options.filterW, options.strideH, options.strideW, 1, 1},
      options.padding);
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  PoolParams params;
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.channels = int32_t(dst.channels);
  params.vecs = int32_t(dst.vectors(emitter.width()));
  setWindow(window, params);
  setRange(options, emitter.graph().value(node.outputs[0]).type, params);
  params.run = int32_t(runOf(emitter.limits(), params.vecs * window.outH * window.batches, window.outW));
  params.runs = (params.outW + params.run - 1) / params.run;
  const Extent items = {uint32_t(params.vecs), uint32_t(params.outH * params.runs), uint32_t(window.batches)};
  emitter.dispatch(Program::Pool, typeVariant(dst.storage), {node.op == OpKind::AveragePool2d ? 1 : 0}, {src, dst},
                   params, items, emitter.smallLocal(),
                   double(dst.rows * dst.channels) * double(window.filterH * window.filterW));
  return {};
}

}  // namespace trireme::gpu
