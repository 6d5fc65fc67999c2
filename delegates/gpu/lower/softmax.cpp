#include "kernels/reference/softmax.h"

#include <fmt/format.h>

#include <limits>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"
#include "kernels/reference/operands.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kMostWords = 65536;  // int16 codes of a row, so that sums stay below 2^31
constexpr uint32_t kGroup = 32;        // items that share a long row

DataType typeOf(const LowerQuery& query) { return query.graph.value(query.node.inputs[0]).type.dtype; }

// Where all programs agree: an item a row.
template <class Params>
void setRows(const Tensor& src, const Tensor& dst, Params& params) {
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.channels = int32_t(dst.channels);
}
Extent rowItems(const Tensor& dst) { return {uint32_t(dst.rows), 1, 1}; }
Extent rowLocal(const GpuLimits& limits) { return {limits.cores ? 1 : std::min(64u, limits.maxGroupSize), 1, 1}; }

void emitFloats(Emitter& emitter, float beta, const Tensor& src, const Tensor& dst) {
  const int64_t vectors = dst.vectors(emitter.width());
  const double operations = 20.0 * double(dst.rows * dst.channels);
  if (!emitter.limits().cores && vectors >= kGroup && emitter.limits().maxGroupSize >= kGroup) {
    SoftmaxGroupParams params;
    setRows(src, dst, params);
    params.vecs = int32_t(vectors);
    params.beta = beta;
    emitter.say(fmt::format("{} items share a row", kGroup));
    emitter.dispatch(Program::SoftmaxGroup, typeVariant(dst.storage), {int32_t(kGroup)}, {src, dst}, params,
                     {kGroup, uint32_t(dst.rows), 1}, {kGroup, 1, 1}, operations);
    return;
  }
  SoftmaxParams params;
  setRows(src, dst, params);
  params.rows = int32_t(dst.rows);
  params.vecs = int32_t(vectors);
  params.beta = beta;
  emitter.dispatch(Program::Softmax, typeVariant(dst.storage), {}, {src, dst}, params, rowItems(dst),
                   rowLocal(emitter.limits()), operations);
}

void emitBytes(Emitter& emitter, const TensorType& in, float beta, const Tensor& src, const Tensor& dst) {
  const reference::ByteExps table = reference::makeByteExps(double(beta), double(reference::scaleOf(in)));
  const Tensor exps = emitter.weights(Storage::I32, std::vector<int32_t>(table.exps.begin(), table.exps.end()));
  SoftmaxCodesParams params;
  setRows(src, dst, params);
  params.rows = int32_t(dst.rows);
  params.padded = int32_t(dst.channels + padLanesOf(emitter, dst));
  params.least = table.least;
  params.low = dst.storage == Storage::U8 ? 0 : -128;
  params.high = dst.storage == Storage::U8 ? 255 : 127;
  emitter.dispatch(Program::SoftmaxCodes, typeVariant(dst.storage), {}, {src, exps, dst}, params, rowItems(dst),
                   rowLocal(emitter.limits()), 20.0 * double(dst.rows * dst.channels));
}

void emitWords(Emitter& emitter, const TensorType& in, float beta, const Tensor& src, const Tensor& dst) {
  const reference::WordTables made = reference::makeWordTables(beta, reference::scaleOf(in));
  std::vector<int32_t> both(made.exp.entries().begin(), made.exp.entries().end());
  both.insert(both.end(), made.reciprocal.entries().begin(), made.reciprocal.entries().end());
  const Tensor tables = emitter.weights(Storage::I32, both);
  SoftmaxWordsParams params;
  setRows(src, dst, params);
  params.rows = int32_t(dst.rows);
  params.padded = int32_t(dst.channels + padLanesOf(emitter, dst));
  params.mantissa = made.multiplier.mantissa;
  params.shift = made.multiplier.shift;
  emitter.dispatch(Program::SoftmaxWords, typeVariant(Storage::I16), {}, {src, tables, dst}, params, rowItems(dst),
                   rowLocal(emitter.limits()), 30.0 * double(dst.rows * dst.channels));
}

}  // namespace

Support supportsSoftmax(const LowerQuery& query) {
  if (query.graph.value(query.node.outputs[0]).type.dtype != typeOf(query)) {
    return Support::no(ReasonCode::DataType, "the output has another type than the input");
  }
  const int64_t classes = channelsOf(query.graph.value(query.node.inputs[0]).type.shape);
  if (typeOf(query) == DataType::Int16 && classes > kMostWords) {
    return Support::no(ReasonCode::Limit,
                       fmt::format("rows of {} int16 codes; the program sums up to {}", classes, kMostWords));
  }
  return {};
}

Status emitSoftmax(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const TensorType& in = emitter.graph().value(node.inputs[0]).type;
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  const float beta = node.as<trireme::SoftmaxParams>().beta;
  if (in.dtype == DataType::Float32) {
    emitFloats(emitter, beta, src, dst);
  } else if (in.dtype == DataType::Int16) {
    emitWords(emitter, in, beta, src, dst);
  } else {
    emitBytes(emitter, in, beta, src, dst);
  }
  return {};
}

}  // namespace trireme::gpu
