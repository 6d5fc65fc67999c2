#include "tools/describe.h"

#include <nlohmann/json.hpp>

namespace trireme::tools {
namespace {

std::string_view name(Activation activation) {
  constexpr std::string_view kNames[] = {"none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
  return kNames[static_cast<size_t>(activation)];
}
std::string_view name(Padding padding) { return padding == Padding::Same ? "same" : "valid"; }

// One overload a parameter struct; keys are those of TFLite's option tables.
struct Describe {
  Json operator()(const NoParams&) const { return Json::object(); }
  Json operator()(const Conv2dParams& p) const {
    return {{"padding", name(p.padding)},
            {"stride_w", p.strideW},
            {"stride_h", p.strideH},
            {"fused_activation_function", name(p.activation)},
            {"dilation_w_factor", p.dilationW},
            {"dilation_h_factor", p.dilationH},
            {"quantized_bias_type", dataTypeName(p.quantizedBiasType)}};
  }
  Json operator()(const DepthwiseConv2dParams& p) const {
    return {{"padding", name(p.padding)},
            {"stride_w", p.strideW},
            {"stride_h", p.strideH},
            {"depth_multiplier", p.depthMultiplier},
            {"fused_activation_function", name(p.activation)},
            {"dilation_w_factor", p.dilationW},
            {"dilation_h_factor", p.dilationH}};
  }
  Json operator()(const TransposeConvParams& p) const {
    return {{"padding", name(p.padding)},
            {"stride_w", p.strideW},
            {"stride_h", p.strideH},
            {"fused_activation_function", name(p.activation)},
            {"quantized_bias_type", dataTypeName(p.quantizedBiasType)}};
  }
  Json operator()(const FullyConnectedParams& p) const {
    return {{"fused_activation_function", name(p.activation)},
            {"shuffled_weights", p.shuffledWeights},
            {"keep_num_dims", p.keepNumDims},
            {"asymmetric_quantize_inputs", p.asymmetricQuantizeInputs},
            {"quantized_bias_type", dataTypeName(p.quantizedBiasType)}};
  }
  Json operator()(const BatchMatmulParams& p) const {
    return {{"adj_x", p.adjointX}, {"adj_y", p.adjointY}, {"asymmetric_quantize_inputs", p.asymmetricQuantizeInputs}};
  }
  Json operator()(const AddParams& p) const {
    return {{"fused_activation_function", name(p.activation)}, {"pot_scale_int16", p.potScaleInt16}};
  }
  Json operator()(const ActivationParams& p) const { return {{"fused_activation_function", name(p.activation)}}; }
  Json operator()(const Pool2dParams& p) const {
    return {{"padding", name(p.padding)}, {"stride_w", p.strideW},
            {"stride_h", p.strideH},      {"filter_width", p.filterW},
            {"filter_height", p.filterH}, {"fused_activation_function", name(p.activation)}};
  }
  Json operator()(const ConcatenationParams& p) const {
    return {{"axis", p.axis}, {"fused_activation_function", name(p.activation)}};
  }
  Json operator()(const ReshapeParams& p) const { return {{"new_shape", p.newShape}}; }
  Json operator()(const SqueezeParams& p) const { return {{"squeeze_dims", p.axes}}; }
  Json operator()(const SoftmaxParams& p) const { return {{"beta", p.beta}}; }
  Json operator()(const LeakyReluParams& p) const { return {{"alpha", p.alpha}}; }
  Json operator()(const GeluParams& p) const { return {{"approximate", p.approximate}}; }
  Json operator()(const ReduceParams& p) const { return {{"keep_dims", p.keepDims}}; }
  Json operator()(const MirrorPadParams& p) const {
    return {{"mode", p.mode == MirrorPadMode::Reflect ? "reflect" : "symmetric"}};
  }
  Json operator()(const ResizeParams& p) const {
    return {{"align_corners", p.alignCorners}, {"half_pixel_centers", p.halfPixelCenters}};
  }
  Json operator()(const StridedSliceParams& p) const {
    return {{"begin_mask", p.beginMask},
            {"end_mask", p.endMask},
            {"ellipsis_mask", p.ellipsisMask},
            {"new_axis_mask", p.newAxisMask},
            {"shrink_axis_mask", p.shrinkAxisMask},
            {"offset", p.offset}};
  }
  Json operator()(const SplitParams& p) const { return {{"num_splits", p.splits}}; }
  Json operator()(const PackParams& p) const { return {{"values_count", p.values}, {"axis", p.axis}}; }
  Json operator()(const UnpackParams& p) const { return {{"num", p.values}, {"axis", p.axis}}; }
  Json operator()(const ArgMaxParams& p) const { return {{"output_type", dataTypeName(p.outputType)}}; }
  Json operator()(const GatherParams& p) const { return {{"axis", p.axis}, {"batch_dims", p.batchDims}}; }
  Json operator()(const ShapeParams& p) const { return {{"out_type", dataTypeName(p.outputType)}}; }
  Json operator()(const BlockParams& p) const { return {{"block_size", p.blockSize}}; }
  Json operator()(const DetectionPostProcessParams& p) const {
    return {{"max_detections", p.maxDetections},
            {"max_classes_per_detection", p.maxClassesPerDetection},
            {"detections_per_class", p.detectionsPerClass},
            {"num_classes", p.classes},
            {"nms_score_threshold", p.nmsScoreThreshold},
            {"nms_iou_threshold", p.nmsIouThreshold},
            {"y_scale", p.scaleY},
            {"x_scale", p.scaleX},
            {"h_scale", p.scaleH},
            {"w_scale", p.scaleW},
            {"use_regular_nms", p.regularNms}};
  }
  Json operator()(const UnreadParams&) const { return Json::object(); }
  Json operator()(const CustomParams& p) const { return {{"custom_code", p.name}, {"bytes", p.options.size()}}; }
};

}  // namespace

Json paramsJson(const OpParams& params) { return std::visit(Describe{}, params); }

}  // namespace trireme::tools
