#include "tests/fuzz/sample_models.h"

#include <cmath>

#include "core/base/check.h"
#include "core/graph/builder.h"
#include "tests/fuzz/sample_parts.h"

namespace trireme::samples {
namespace {

// Convolutions, matrix products and what stands between them.
void addSpatial(std::vector<Sample>& samples) {
  const auto image = floats({1, 4, 4, 2});
  samples.push_back(OneNode("conv")
                        .input(image)
                        .constant(floats({3, 2, 2, 2}))
                        .constant(floats({3}))
                        .output(floats({1, 4, 4, 3}))
                        .sample(OpKind::Conv2d, Conv2dParams{.activation = Activation::Relu6}));
  samples.push_back(
      OneNode("conv_dilated")
          .input(floats({1, 6, 6, 1}))
          .constant(floats({2, 2, 2, 1}))
          .absent()
          .output(floats({1, 4, 4, 2}))
          .sample(OpKind::Conv2d, Conv2dParams{.padding = Padding::Valid, .dilationH = 2, .dilationW = 2}));
  samples.push_back(OneNode("conv_int8")
                        .input(quantized(DataType::Int8, {1, 4, 4, 2}, 0.05f, -3))
                        .constant(perChannel(DataType::Int8, {3, 1, 1, 2}, 0))
                        .constant(perChannel(DataType::Int32, {3}, 0))
                        .output(quantized(DataType::Int8, {1, 4, 4, 3}, 0.1f, 5))
                        .sample(OpKind::Conv2d, Conv2dParams{}, 3));
  samples.push_back(OneNode("conv_hybrid")
                        .input(image)
                        .constant(perChannel(DataType::Int8, {3, 1, 1, 2}, 0))
                        .constant(floats({3}))
                        .output(floats({1, 4, 4, 3}))
                        .sample(OpKind::Conv2d, Conv2dParams{}, 5));
  samples.push_back(
      OneNode("depthwise")
          .input(image)
          .constant(floats({1, 3, 3, 4}))
          .constant(floats({4}))
          .output(floats({1, 2, 2, 4}))
          .sample(OpKind::DepthwiseConv2d, DepthwiseConv2dParams{.strideH = 2, .strideW = 2, .depthMultiplier = 2}));
  samples.push_back(OneNode("transpose_conv")
                        .constant(plain(DataType::Int32, {4}), {1, 8, 8, 3})
                        .constant(floats({3, 2, 2, 2}))
                        .input(image)
                        .output(floats({1, 8, 8, 3}))
                        .sample(OpKind::TransposeConv, TransposeConvParams{.strideH = 2, .strideW = 2}));
  samples.push_back(OneNode("transpose_bias")
                        .input(image)
                        .constant(floats({3, 2, 2, 2}))
                        .constant(floats({3}))
                        .output(floats({1, 8, 8, 3}))
                        .sample(OpKind::Convolution2dTransposeBias,
                                TransposeConvParams{.padding = Padding::Valid, .strideH = 2, .strideW = 2}));
  samples.push_back(
      OneNode("max_pool")
          .input(image)
          .output(floats({1, 2, 2, 2}))
          .sample(OpKind::MaxPool2d, Pool2dParams{.strideH = 2, .strideW = 2, .filterH = 2, .filterW = 2}));
  samples.push_back(
      OneNode("average_pool")
          .input(quantized(DataType::UInt8, {1, 4, 4, 2}, 0.1f, 128))
          .output(quantized(DataType::UInt8, {1, 3, 3, 2}, 0.1f, 128))
          .sample(OpKind::AveragePool2d, Pool2dParams{.padding = Padding::Valid, .filterH = 2, .filterW = 2}));
  samples.push_back(OneNode("fully_connected")
                        .input(floats({2, 5}))
                        .constant(floats({3, 5}))
                        .constant(floats({3}))
                        .output(floats({2, 3}))
                        .sample(OpKind::FullyConnected, FullyConnectedParams{.activation = Activation::Relu6}));
  samples.push_back(OneNode("fully_connected_16")
                        .input(quantized(DataType::Int16, {2, 5}, 0.01f, 0))
                        .constant(quantized(DataType::Int8, {3, 5}, 0.02f, 0))
                        .constant(quantized(DataType::Int64, {3}, 0.0002f, 0))
                        .output(quantized(DataType::Int16, {2, 3}, 0.03f, 0))
                        .sample(OpKind::FullyConnected,
                                FullyConnectedParams{.keepNumDims = true, .quantizedBiasType = DataType::Int64}, 4));
  samples.push_back(OneNode("batch_matmul")
                        .input(floats({2, 3, 4}))
                        .input(floats({2, 5, 4}))
                        .output(floats({2, 3, 5}))
                        .sample(OpKind::BatchMatmul, BatchMatmulParams{.adjointY = true}));
  samples.push_back(OneNode("resize")
                        .input(image)
                        .constant(plain(DataType::Int32, {2}), {7, 5})
                        .output(floats({1, 7, 5, 2}))
                        .sample(OpKind::ResizeBilinear, ResizeParams{.halfPixelCenters = true}, 3));
  samples.push_back(OneNode("resize_nearest")
                        .input(image)
                        .constant(plain(DataType::Int32, {2}), {8, 8})
                        .output(floats({1, 8, 8, 2}))
                        .sample(OpKind::ResizeNearestNeighbor, ResizeParams{.alignCorners = true}));
  samples.push_back(OneNode("depth_to_space")
                        .input(floats({1, 2, 2, 4}))
                        .output(floats({1, 4, 4, 1}))
                        .sample(OpKind::DepthToSpace, BlockParams{2}));
  samples.push_back(OneNode("space_to_depth")
                        .input(floats({1, 4, 4, 1}))
                        .output(floats({1, 2, 2, 4}))
                        .sample(OpKind::SpaceToDepth, BlockParams{2}));
}

// Everything that moves or reduces elements.
void addMovers(std::vector<Sample>& samples) {
  const auto plane = floats({2, 3});
  const auto indices = [](int64_t n) { return plain(DataType::Int32, {n}); };
  samples.push_back(OneNode("reshape")
                        .input(plane)
                        .constant(indices(1), {6})
                        .output(floats({6}))
                        .sample(OpKind::Reshape, ReshapeParams{{6}}));
  samples.push_back(
      OneNode("reshape_option").input(plane).output(floats({3, 2})).sample(OpKind::Reshape, ReshapeParams{{3, -1}}));
  samples.push_back(OneNode("squeeze")
                        .input(floats({1, 2, 1, 3}))
                        .output(floats({2, 1, 3}))
                        .sample(OpKind::Squeeze, SqueezeParams{{0}}));
  samples.push_back(OneNode("expand_dims")
                        .input(plane)
                        .constant(plain(DataType::Int32, {}), {1})
                        .output(floats({2, 1, 3}))
                        .sample(OpKind::ExpandDims, NoParams{}));
  samples.push_back(OneNode("concatenation")
                        .input(plane)
                        .input(plane)
                        .input(plane)
                        .output(floats({2, 9}))
                        .sample(OpKind::Concatenation, ConcatenationParams{.axis = -1}));
  samples.push_back(OneNode("pad")
                        .input(plane)
                        .constant(plain(DataType::Int32, {2, 2}), {1, 0, 0, 2})
                        .output(floats({3, 5}))
                        .sample(OpKind::Pad, NoParams{}));
  samples.push_back(OneNode("mirror_pad")
                        .input(plane)
                        .constant(plain(DataType::Int32, {2, 2}), {1, 1, 1, 1})
                        .output(floats({4, 5}))
                        .sample(OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Symmetric}));
  samples.push_back(OneNode("strided_slice")
                        .input(plane)
                        .constant(indices(2), {0, 2})
                        .constant(indices(2), {2, 0})
                        .constant(indices(2), {1, -1})
                        .output(floats({2, 2}))
                        .sample(OpKind::StridedSlice, StridedSliceParams{}));
  samples.push_back(OneNode("slice")
                        .input(plane)
                        .constant(indices(2), {0, 1})
                        .constant(indices(2), {2, -1})
                        .output(floats({2, 2}))
                        .sample(OpKind::Slice, NoParams{}));
  samples.push_back(OneNode("split")
                        .constant(plain(DataType::Int32, {}), {0})
                        .input(plane)
                        .output(floats({1, 3}))
                        .output(floats({1, 3}))
                        .sample(OpKind::Split, SplitParams{2}));
  samples.push_back(
      OneNode("pack").input(plane).input(plane).output(floats({2, 2, 3})).sample(OpKind::Pack, PackParams{2, 1}));
  samples.push_back(OneNode("unpack")
                        .input(plane)
                        .output(floats({3}))
                        .output(floats({3}))
                        .sample(OpKind::Unpack, UnpackParams{2, 0}));
  samples.push_back(OneNode("transpose")
                        .input(plane)
                        .constant(indices(2), {1, 0})
                        .output(floats({3, 2}))
                        .sample(OpKind::Transpose, NoParams{}));
  samples.push_back(OneNode("gather")
                        .input(plane)
                        .constant(indices(2), {1, 0})
                        .output(floats({2, 2}))
                        .sample(OpKind::Gather, GatherParams{.axis = 1}));
  samples.push_back(OneNode("gather_nd")
                        .input(plane)
                        .constant(plain(DataType::Int32, {1, 2}), {1, 2})
                        .output(floats({1}))
                        .sample(OpKind::GatherNd, NoParams{}));
  samples.push_back(OneNode("mean")
                        .input(plane)
                        .constant(indices(1), {1})
                        .output(floats({2, 1}))
                        .sample(OpKind::Mean, ReduceParams{true}));
  samples.push_back(
      OneNode("sum").input(plane).constant(indices(1), {0}).output(floats({3})).sample(OpKind::Sum, ReduceParams{}));
  samples.push_back(OneNode("arg_max")
                        .input(plane)
                        .constant(plain(DataType::Int32, {}), {1})
                        .output(plain(DataType::Int32, {2}))
                        .sample(OpKind::ArgMax, ArgMaxParams{DataType::Int32}));
  samples.push_back(OneNode("shape")
                        .input(plane)
                        .output(plain(DataType::Int64, {2}))
                        .sample(OpKind::Shape, ShapeParams{DataType::Int64}));
}

// Operators on single elements.
void addElementwise(std::vector<Sample>& samples) {
  const auto row = floats({1, 6});
  for (const OpKind op : {OpKind::Abs, OpKind::Exp, OpKind::Relu, OpKind::Logistic, OpKind::Tanh, OpKind::HardSwish,
                          OpKind::Elu, OpKind::Rsqrt}) {
    samples.push_back(OneNode(std::string(opName(op))).input(row).output(row).sample(op, NoParams{}));
  }
  samples.push_back(OneNode("softmax").input(row).output(row).sample(OpKind::Softmax, SoftmaxParams{0.5f}));
  samples.push_back(OneNode("leaky_relu").input(row).output(row).sample(OpKind::LeakyRelu, LeakyReluParams{0.1f}));
  samples.push_back(OneNode("gelu").input(row).output(row).sample(OpKind::Gelu, GeluParams{true}));
  samples.push_back(OneNode("prelu").input(row).constant(floats({6})).output(row).sample(OpKind::Prelu, NoParams{}));
  samples.push_back(OneNode("add")
                        .input(row)
                        .constant(floats({6}))
                        .output(row)
                        .sample(OpKind::Add, AddParams{.activation = Activation::Relu}));
  samples.push_back(OneNode("sub").input(row).input(row).output(row).sample(OpKind::Sub, AddParams{}));
  samples.push_back(OneNode("mul_int8")
                        .input(quantized(DataType::Int8, {1, 6}, 0.1f, 1))
                        .input(quantized(DataType::Int8, {1, 6}, 0.2f, -1))
                        .output(quantized(DataType::Int8, {1, 6}, 0.05f, 0))
                        .sample(OpKind::Mul, ActivationParams{}, 2));
  samples.push_back(
      OneNode("div").input(row).input(row).output(row).sample(OpKind::Div, ActivationParams{Activation::ReluN1To1}));
  samples.push_back(OneNode("floor_div")
                        .input(plain(DataType::Int32, {4}))
                        .constant(plain(DataType::Int32, {4}), {1, 2, 3, -4})
                        .output(plain(DataType::Int32, {4}))
                        .sample(OpKind::FloorDiv, NoParams{}));
  samples.push_back(OneNode("quantize")
                        .input(row)
                        .output(quantized(DataType::Int8, {1, 6}, 0.1f, 2))
                        .sample(OpKind::Quantize, NoParams{}));
  samples.push_back(OneNode("dequantize")
                        .input(quantized(DataType::UInt8, {1, 6}, 0.1f, 2))
                        .output(row)
                        .sample(OpKind::Dequantize, NoParams{}));
  samples.push_back(OneNode("dequantize_f16")
                        .constant(plain(DataType::Float16, {1, 6}))
                        .output(row)
                        .sample(OpKind::Dequantize, NoParams{}, 2));
  samples.push_back(OneNode("cast").input(row).output(plain(DataType::Bool, {1, 6})).sample(OpKind::Cast, NoParams{}));
}

void addCustom(std::vector<Sample>& samples) {
  DetectionPostProcessParams detection{.maxDetections = 3,
                                       .classes = 2,
                                       .nmsScoreThreshold = 0.1f,
                                       .nmsIouThreshold = 0.5f,
                                       .scaleY = 10,
                                       .scaleX = 10,
                                       .scaleH = 5,
                                       .scaleW = 5};
  samples.push_back(OneNode("detection")
                        .input(floats({1, 4, 4}))
                        .input(floats({1, 4, 3}))
                        .constantFloats(floats({4, 4}), std::vector<float>(16, 0.5f))
                        .output(floats({1, 3, 4}))
                        .output(floats({1, 3}))
                        .output(floats({1, 3}))
                        .output(floats({1}))
                        .sample(OpKind::TfliteDetectionPostProcess, detection));
  static constexpr std::byte kBytes[] = {std::byte{1}, std::byte{2}, std::byte{3}};
  samples.push_back(
      OneNode("custom").input(floats({2})).output(floats({2})).sample(OpKind::Custom, CustomParams{"Strange", kBytes}));
}

// Two subgraphs, one running the other, with signatures and attached files.
void addBodies(std::vector<Sample>& samples) {
  const auto row = floats({2});
  graph::Builder main("main");
  const ValueId condition = main.addInput("condition", plain(DataType::Bool, {}));
  const ValueId x = main.addInput("x", row);
  const ValueId y = main.addInner("y", row);
  Node node;
  node.op = OpKind::If;
  node.inputs = {condition, x};
  node.outputs = {y};
  node.bodies = {SubgraphId{1}, SubgraphId{2}};
  main.addNode(std::move(node));
  main.setOutputs({y});
  Sample sample{"if", {}, {}, {}};
  sample.subgraphs.push_back(std::move(std::move(main).build()).value());
  sample.subgraphs.push_back(OneNode("then").input(row).output(row).graph(OpKind::Relu, NoParams{}));
  sample.subgraphs.push_back(OneNode("else").input(row).output(row).graph(OpKind::Neg, NoParams{}));
  sample.signatures = {{"serving_default", SubgraphId{0}, {{"c", condition}, {"value", x}}, {{"result", y}}}};
  sample.options.description = "one of two";
  const auto text = std::as_bytes(std::span(std::string_view("cat\ndog\n")));
  sample.options.attachments = {{"labels.txt", {text.begin(), text.end()}}, {"empty", {}}};
  samples.push_back(std::move(sample));
}

// An operator with a variable, intermediates, strings, unknown dimensions and quantisation by blocks.
void addOddities(std::vector<Sample>& samples) {
  const auto row = floats({1, 4});
  graph::Builder svdf("svdf");
  const ValueId x = svdf.addInput("x", row);
  const ValueId weights = svdf.addConstant("weights", floats({2, 4}), numbers(8));
  const ValueId state = svdf.addInner("state", floats({1, 6}));
  const ValueId scratch = svdf.addInner("scratch", floats({0}));
  const ValueId y = svdf.addInner("y", floats({1, 2}));
  Value written;
  written.name = "state (written)";
  written.type = floats({1, 6});
  written.origin = index(state);
  const ValueId next = svdf.addValue(written);
  Node node;
  node.op = OpKind::Svdf;
  node.inputs = {x, weights, weights, kNoValue, state};
  node.outputs = {y, next};
  node.intermediates = {scratch};
  svdf.addNode(std::move(node));
  svdf.setOutputs({y});
  svdf.addState({state, next, {}});
  Sample sample{"state", {}, {}, {}};
  sample.subgraphs.push_back(std::move(std::move(svdf).build()).value());
  samples.push_back(std::move(sample));

  samples.push_back(
      OneNode("unknown_dims").input(floats({-1, 4})).output(floats({-1, 4})).sample(OpKind::Relu, NoParams{}));
  samples.push_back(OneNode("strings")

                        .constant(plain(DataType::String, {2}), std::vector<int32_t>{2, 16, 17, 20, 0x64636261})
                        .input(plain(DataType::Int32, {1}))
                        .output(plain(DataType::String, {1}))
                        .sample(OpKind::Gather, GatherParams{}));
  TensorType blocks = plain(DataType::Int4, {2, 4});
  blocks.quantization = {{0.1f, 0.2f, 0.3f, 0.4f}, {0, 0, 1, 0}, 0, 2};
  samples.push_back(OneNode("blockwise")
                        .input(floats({1, 4}))
                        .constant(blocks)
                        .absent()
                        .output(floats({1, 2}))
                        .sample(OpKind::FullyConnected, FullyConnectedParams{}, 12));
}

}  // namespace

std::vector<Sample> sampleModels() {
  std::vector<Sample> samples;
  addSpatial(samples);
  addMovers(samples);
  addElementwise(samples);
  addCustom(samples);
  addBodies(samples);
  addOddities(samples);
  return samples;
}

std::vector<std::byte> fileOf(const Sample& sample) {
  auto file = model::writeModel(sample.subgraphs, sample.signatures, sample.options);
  TRIREME_CHECK(file.ok(), sample.name + ": " + std::string(file.status().message()));
  return std::move(file).value();
}

}  // namespace trireme::samples
