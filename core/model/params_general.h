#pragma once

#include "core/model/params_spatial.h"

// Options of all other operators, from the file's tables and back. Included by params.cpp.
namespace trireme::model {

inline void read(const fb::AddOptions& from, AddParams& to, OptionCheck& check) {
  to.activation = check.activation(from.activation());
  to.potScaleInt16 = from.pot_scale_int16();
}
inline auto write(FlatBufferBuilder& builder, const AddParams& p, const fb::AddOptions*) {
  return fb::CreateAddOptions(builder, code(p.activation), p.potScaleInt16);
}
inline void read(const fb::SubOptions& from, AddParams& to, OptionCheck& check) {
  to.activation = check.activation(from.activation());
  to.potScaleInt16 = from.pot_scale_int16();
}
inline auto write(FlatBufferBuilder& builder, const AddParams& p, const fb::SubOptions*) {
  return fb::CreateSubOptions(builder, code(p.activation), p.potScaleInt16);
}

inline void read(const fb::MulOptions& from, ActivationParams& to, OptionCheck& check) {
  to.activation = check.activation(from.activation());
}
inline auto write(FlatBufferBuilder& builder, const ActivationParams& p, const fb::MulOptions*) {
  return fb::CreateMulOptions(builder, code(p.activation));
}
inline void read(const fb::DivOptions& from, ActivationParams& to, OptionCheck& check) {
  to.activation = check.activation(from.activation());
}
inline auto write(FlatBufferBuilder& builder, const ActivationParams& p, const fb::DivOptions*) {
  return fb::CreateDivOptions(builder, code(p.activation));
}

inline void read(const fb::ConcatenationOptions& from, ConcatenationParams& to, OptionCheck& check) {
  to.axis = check.axis("axis", from.axis());
  to.activation = check.activation(from.activation());
}
inline auto write(FlatBufferBuilder& builder, const ConcatenationParams& p, const fb::ConcatenationOptions*) {
  return fb::CreateConcatenationOptions(builder, p.axis, code(p.activation));
}

inline void read(const fb::ReshapeOptions& from, ReshapeParams& to, OptionCheck& check) {
  to.newShape = check.list("new_shape", from.new_shape(), -1, INT32_MAX);
}
inline auto write(FlatBufferBuilder& builder, const ReshapeParams& p, const fb::ReshapeOptions*) {
  return fb::CreateReshapeOptions(builder, builder.CreateVector(p.newShape));
}
inline void read(const fb::SqueezeOptions& from, SqueezeParams& to, OptionCheck& check) {
  to.axes = check.list("squeeze_dims", from.squeeze_dims(), -kMaxRank, kMaxRank - 1);
}
inline auto write(FlatBufferBuilder& builder, const SqueezeParams& p, const fb::SqueezeOptions*) {
  return fb::CreateSqueezeOptions(builder, builder.CreateVector(p.axes));
}

inline void read(const fb::SoftmaxOptions& from, SoftmaxParams& to, OptionCheck& check) {
  to.beta = check.finite("beta", from.beta());
}
inline auto write(FlatBufferBuilder& builder, const SoftmaxParams& p, const fb::SoftmaxOptions*) {
  return fb::CreateSoftmaxOptions(builder, p.beta);
}
inline void read(const fb::LeakyReluOptions& from, LeakyReluParams& to, OptionCheck& check) {
  to.alpha = check.finite("alpha", from.alpha());
}
inline auto write(FlatBufferBuilder& builder, const LeakyReluParams& p, const fb::LeakyReluOptions*) {
  return fb::CreateLeakyReluOptions(builder, p.alpha);
}
inline void read(const fb::GeluOptions& from, GeluParams& to, OptionCheck&) { to.approximate = from.approximate(); }
inline auto write(FlatBufferBuilder& builder, const GeluParams& p, const fb::GeluOptions*) {
  return fb::CreateGeluOptions(builder, p.approximate);
}
inline void read(const fb::ReducerOptions& from, ReduceParams& to, OptionCheck&) { to.keepDims = from.keep_dims(); }
inline auto write(FlatBufferBuilder& builder, const ReduceParams& p, const fb::ReducerOptions*) {
  return fb::CreateReducerOptions(builder, p.keepDims);
}

inline void read(const fb::StridedSliceOptions& from, StridedSliceParams& to, OptionCheck&) {
  to.beginMask = from.begin_mask();
  to.endMask = from.end_mask();
  to.ellipsisMask = from.ellipsis_mask();
  to.newAxisMask = from.new_axis_mask();
  to.shrinkAxisMask = from.shrink_axis_mask();
  to.offset = from.offset();
}
inline auto write(FlatBufferBuilder& builder, const StridedSliceParams& p, const fb::StridedSliceOptions*) {
  return fb::CreateStridedSliceOptions(builder, p.beginMask, p.endMask, p.ellipsisMask, p.newAxisMask, p.shrinkAxisMask,
                                       p.offset);
}
inline void read(const fb::SplitOptions& from, SplitParams& to, OptionCheck& check) {
  to.splits = check.extent("num_splits", from.num_splits());
}
inline auto write(FlatBufferBuilder& builder, const SplitParams& p, const fb::SplitOptions*) {
  return fb::CreateSplitOptions(builder, p.splits);
}
inline void read(const fb::PackOptions& from, PackParams& to, OptionCheck& check) {
  to.values = check.extent("values_count", from.values_count());
  to.axis = check.axis("axis", from.axis());
}
inline auto write(FlatBufferBuilder& builder, const PackParams& p, const fb::PackOptions*) {
  return fb::CreatePackOptions(builder, p.values, p.axis);
}
inline void read(const fb::UnpackOptions& from, UnpackParams& to, OptionCheck& check) {
  to.values = check.within("num", from.num(), 0, kMaxExtent);
  to.axis = check.axis("axis", from.axis());
}
inline auto write(FlatBufferBuilder& builder, const UnpackParams& p, const fb::UnpackOptions*) {
  return fb::CreateUnpackOptions(builder, p.values, p.axis);
}
inline void read(const fb::ArgMaxOptions& from, ArgMaxParams& to, OptionCheck& check) {
  to.outputType = check.indexType("output_type", from.output_type());
}
inline auto write(FlatBufferBuilder& builder, const ArgMaxParams& p, const fb::ArgMaxOptions*) {
  return fb::CreateArgMaxOptions(builder, code(p.outputType));
}
inline void read(const fb::ShapeOptions& from, ShapeParams& to, OptionCheck& check) {
  to.outputType = check.indexType("out_type", from.out_type());
}
inline auto write(FlatBufferBuilder& builder, const ShapeParams& p, const fb::ShapeOptions*) {
  return fb::CreateShapeOptions(builder, code(p.outputType));
}
inline void read(const fb::GatherOptions& from, GatherParams& to, OptionCheck& check) {
  to.axis = check.axis("axis", from.axis());
  to.batchDims = check.axis("batch_dims", from.batch_dims());
}
inline auto write(FlatBufferBuilder& builder, const GatherParams& p, const fb::GatherOptions*) {
  return fb::CreateGatherOptions(builder, p.axis, p.batchDims);
}

}  // namespace trireme::model
