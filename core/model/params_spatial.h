#pragma once

#include "core/model/option_check.h"

// Options of operators on pictures and of matrix products, from the file's tables and back. Included by params.cpp.
namespace trireme::model {

using flatbuffers::FlatBufferBuilder;

constexpr int8_t code(Padding padding) { return static_cast<int8_t>(padding); }
constexpr int8_t code(Activation activation) { return static_cast<int8_t>(activation); }
constexpr int8_t code(DataType dtype) { return static_cast<int8_t>(dtype); }

inline void read(const fb::Conv2DOptions& from, Conv2dParams& to, OptionCheck& check) {
  to.padding = check.padding(from.padding());
  to.activation = check.activation(from.activation());
  to.strideH = check.extent("stride_h", from.stride_h());
  to.strideW = check.extent("stride_w", from.stride_w());
  to.dilationH = check.extent("dilation_h_factor", from.dilation_h());
  to.dilationW = check.extent("dilation_w_factor", from.dilation_w());
  to.quantizedBiasType = check.dataType("quantized_bias_type", from.quantized_bias_type());
}
inline auto write(FlatBufferBuilder& builder, const Conv2dParams& p, const fb::Conv2DOptions*) {
  return fb::CreateConv2DOptions(builder, code(p.padding), p.strideW, p.strideH, code(p.activation), p.dilationW,
                                 p.dilationH, code(p.quantizedBiasType));
}

inline void read(const fb::DepthwiseConv2DOptions& from, DepthwiseConv2dParams& to, OptionCheck& check) {
  to.padding = check.padding(from.padding());
  to.activation = check.activation(from.activation());
  to.strideH = check.extent("stride_h", from.stride_h());
  to.strideW = check.extent("stride_w", from.stride_w());
  to.dilationH = check.extent("dilation_h_factor", from.dilation_h());
  to.dilationW = check.extent("dilation_w_factor", from.dilation_w());
  // Some files leave it 0: the filter's shape says it anyway.
  to.depthMultiplier = check.within("depth_multiplier", from.depth_multiplier(), 0, kMaxExtent);
}
inline auto write(FlatBufferBuilder& builder, const DepthwiseConv2dParams& p, const fb::DepthwiseConv2DOptions*) {
  return fb::CreateDepthwiseConv2DOptions(builder, code(p.padding), p.strideW, p.strideH, p.depthMultiplier,
                                          code(p.activation), p.dilationW, p.dilationH);
}

inline void read(const fb::TransposeConvOptions& from, TransposeConvParams& to, OptionCheck& check) {
  to.padding = check.padding(from.padding());
  to.activation = check.activation(from.activation());
  to.strideH = check.extent("stride_h", from.stride_h());
  to.strideW = check.extent("stride_w", from.stride_w());
  to.quantizedBiasType = check.dataType("quantized_bias_type", from.quantized_bias_type());
}
inline auto write(FlatBufferBuilder& builder, const TransposeConvParams& p, const fb::TransposeConvOptions*) {
  return fb::CreateTransposeConvOptions(builder, code(p.padding), p.strideW, p.strideH, code(p.activation),
                                        code(p.quantizedBiasType));
}

inline void read(const fb::Pool2DOptions& from, Pool2dParams& to, OptionCheck& check) {
  to.padding = check.padding(from.padding());
  to.activation = check.activation(from.activation());
  to.strideH = check.extent("stride_h", from.stride_h());
  to.strideW = check.extent("stride_w", from.stride_w());
  to.filterH = check.extent("filter_height", from.filter_height());
  to.filterW = check.extent("filter_width", from.filter_width());
}
inline auto write(FlatBufferBuilder& builder, const Pool2dParams& p, const fb::Pool2DOptions*) {
  return fb::CreatePool2DOptions(builder, code(p.padding), p.strideW, p.strideH, p.filterW, p.filterH,
                                 code(p.activation));
}

inline void read(const fb::FullyConnectedOptions& from, FullyConnectedParams& to, OptionCheck& check) {
  to.activation = check.activation(from.activation());
  to.shuffledWeights = check.within("weights_format", from.weights_format(), 0, 1) == 1;
  to.keepNumDims = from.keep_num_dims();
  to.asymmetricQuantizeInputs = from.asymmetric_quantize_inputs();
  to.quantizedBiasType = check.dataType("quantized_bias_type", from.quantized_bias_type());
}
inline auto write(FlatBufferBuilder& builder, const FullyConnectedParams& p, const fb::FullyConnectedOptions*) {
  return fb::CreateFullyConnectedOptions(builder, code(p.activation), p.shuffledWeights ? 1 : 0, p.keepNumDims,
                                         p.asymmetricQuantizeInputs, code(p.quantizedBiasType));
}

inline void read(const fb::BatchMatMulOptions& from, BatchMatmulParams& to, OptionCheck&) {
  to.adjointX = from.adj_x();
  to.adjointY = from.adj_y();
  to.asymmetricQuantizeInputs = from.asymmetric_quantize_inputs();
}
inline auto write(FlatBufferBuilder& builder, const BatchMatmulParams& p, const fb::BatchMatMulOptions*) {
  return fb::CreateBatchMatMulOptions(builder, p.adjointX, p.adjointY, p.asymmetricQuantizeInputs);
}

inline void read(const fb::ResizeBilinearOptions& from, ResizeParams& to, OptionCheck&) {
  to.alignCorners = from.align_corners();
  to.halfPixelCenters = from.half_pixel_centers();
}
inline auto write(FlatBufferBuilder& builder, const ResizeParams& p, const fb::ResizeBilinearOptions*) {
  return fb::CreateResizeBilinearOptions(builder, p.alignCorners, p.halfPixelCenters);
}
inline void read(const fb::ResizeNearestNeighborOptions& from, ResizeParams& to, OptionCheck&) {
  to.alignCorners = from.align_corners();
  to.halfPixelCenters = from.half_pixel_centers();
}
inline auto write(FlatBufferBuilder& builder, const ResizeParams& p, const fb::ResizeNearestNeighborOptions*) {
  return fb::CreateResizeNearestNeighborOptions(builder, p.alignCorners, p.halfPixelCenters);
}

inline void read(const fb::DepthToSpaceOptions& from, BlockParams& to, OptionCheck& check) {
  to.blockSize = check.extent("block_size", from.block_size());
}
inline auto write(FlatBufferBuilder& builder, const BlockParams& p, const fb::DepthToSpaceOptions*) {
  return fb::CreateDepthToSpaceOptions(builder, p.blockSize);
}
inline void read(const fb::SpaceToDepthOptions& from, BlockParams& to, OptionCheck& check) {
  to.blockSize = check.extent("block_size", from.block_size());
}
inline auto write(FlatBufferBuilder& builder, const BlockParams& p, const fb::SpaceToDepthOptions*) {
  return fb::CreateSpaceToDepthOptions(builder, p.blockSize);
}

inline void read(const fb::MirrorPadOptions& from, MirrorPadParams& to, OptionCheck& check) {
  to.mode = static_cast<MirrorPadMode>(check.within("mode", from.mode(), 0, 1));
}
inline auto write(FlatBufferBuilder& builder, const MirrorPadParams& p, const fb::MirrorPadOptions*) {
  return fb::CreateMirrorPadOptions(builder, static_cast<int8_t>(p.mode));
}

}  // namespace trireme::model
