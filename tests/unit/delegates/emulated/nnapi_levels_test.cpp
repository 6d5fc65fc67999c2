#include <gtest/gtest.h>

#include "delegates/emulated/support.h"
#include "tests/unit/delegates/emulated/one_node.h"

// Rows of the interface's operator table, asked at every level.
namespace trireme::emulated {
namespace {

constexpr DataType kF = DataType::Float32, kU8 = DataType::UInt8, kI8 = DataType::Int8, kI16 = DataType::Int16,
                   kI32 = DataType::Int32;

// One character a level, 1.0 to 1.3: y yes, else the first reason's.
char letter(const Support& support) {
  if (support.ok()) return 'y';
  switch (support.reasons()[0].code) {
    case ReasonCode::FeatureLevel:
      return 'L';
    case ReasonCode::DataType:
      return 'T';
    case ReasonCode::OpVersion:
      return 'V';
    case ReasonCode::Rank:
      return 'R';
    case ReasonCode::NeedsConstant:
      return 'C';
    case ReasonCode::UnknownOp:
      return 'U';
    default:
      return 'P';
  }
}

std::string atEveryLevel(const OneNode& node) {
  std::string answers;
  const Graph graph = graphOf(node);
  for (const char* name : {"nnapi-1.0", "nnapi-1.1", "nnapi-1.2", "nnapi-1.3"}) {
    answers += letter(answer(loadProfile(name).value(), graph, NodeId{0}));
  }
  return answers;
}

Operand tensor(DataType dtype, std::vector<int64_t> dims = {1, 4, 4, 8}) {
  return {dtype, std::move(dims), false, false, dtype == kF || dtype == kI32 ? 0.0f : 0.1f, 0};
}
Operand constant(DataType dtype, std::vector<int64_t> dims) {
  return {dtype, std::move(dims), true, false, dtype == kF || dtype == kI32 ? 0.0f : 0.1f, 0};
}
OneNode unary(OpKind op, DataType dtype, OpParams params = {}, std::vector<int64_t> dims = {1, 4, 4, 8}) {
  return {op, std::move(params), {tensor(dtype, dims)}, {tensor(dtype, dims)}};
}
OneNode binary(OpKind op, DataType dtype, OpParams params) {
  return {op, std::move(params), {tensor(dtype), tensor(dtype)}, {tensor(dtype)}};
}
OneNode conv(DataType data, DataType filter, Conv2dParams params = {}, int64_t depth = 8) {
  Operand result = tensor(data);
  if (result.scale > 0) result.scale = 1;
  return {OpKind::Conv2d, params, {tensor(data), constant(filter, {8, 3, 3, depth}), constant(kI32, {8})}, {result}};
}
OneNode version(OneNode node, uint16_t number) {
  node.version = number;
  return node;
}
template <class Change>
OneNode changed(OneNode node, Change change) {
  change(node);
  return node;
}

TEST(NnapiLevels, AnswerAsTheTableOfOperatorsSays) {
  AddParams relu;
  relu.activation = Activation::Relu;
  Conv2dParams dilated;
  dilated.dilationH = 2;
  ResizeParams centred;
  centred.halfPixelCenters = true;
  const auto resize = [&](DataType dtype, ResizeParams params, int64_t width) {
    return OneNode{
        OpKind::ResizeBilinear, params, {tensor(dtype), constant(kI32, {2})}, {tensor(dtype, {1, 8, width, 8})}};
  };
  const auto mean = [&](DataType dtype) {
    return OneNode{OpKind::Mean, ReduceParams{}, {tensor(dtype), constant(kI32, {2})}, {tensor(dtype, {1, 8})}};
  };
  const auto quantize = [&](DataType to) { return OneNode{OpKind::Quantize, {}, {tensor(kF)}, {tensor(to)}}; };
  const auto pack = [&](int32_t axis) {
    return OneNode{
        OpKind::Pack, PackParams{2, axis}, {tensor(kF, {2, 3}), tensor(kF, {2, 3})}, {tensor(kF, {2, 2, 3})}};
  };
  const auto argMax = [&](DataType to) {
    return OneNode{OpKind::ArgMax, ArgMaxParams{to}, {tensor(kF), constant(kI32, {})}, {tensor(to, {1, 4, 4})}};
  };
  const auto perChannel = changed(conv(kI8, kI8), [](OneNode& node) { node.inputs[1].slices = 8; });
  const auto coarse = changed(conv(kU8, kU8), [](OneNode& node) { node.outputs[0].scale = 0.001f; });
  const auto noBias = changed(conv(kF, kF), [](OneNode& node) { node.inputs[2].absent = true; });
  const auto rank5 = changed(binary(OpKind::Add, kF, AddParams{}), [](OneNode& node) {
    for (Operand* one : {&node.inputs[0], &node.inputs[1], &node.outputs[0]}) one->dims = {1, 1, 4, 4, 8};
  });
  const std::pair<OneNode, const char*> rows[] = {
      {binary(OpKind::Add, kF, AddParams{}), "yyyy"},
      {binary(OpKind::Add, kU8, AddParams{}), "yyyy"},
      {binary(OpKind::Add, kI8, AddParams{}), "yyyy"},
      {binary(OpKind::Add, kI16, AddParams{}), "TTTT"},
      {binary(OpKind::Add, kI32, AddParams{}), "LLLy"},
      {binary(OpKind::Add, kI32, relu), "LLLP"},
      {version(binary(OpKind::Add, kF, AddParams{}), 3), "VVVV"},
      {rank5, "RRRR"},
      {binary(OpKind::Sub, kF, AddParams{}), "Lyyy"},
      {binary(OpKind::Sub, kI8, AddParams{}), "LLyy"},
      {binary(OpKind::Sub, kI32, AddParams{}), "LLLy"},
      {binary(OpKind::Div, kF, ActivationParams{}), "Lyyy"},
      {binary(OpKind::Div, kU8, ActivationParams{}), "LTTT"},
      {conv(kF, kF), "yyyy"},
      {conv(kU8, kU8), "yyyy"},
      {conv(kI8, kI8), "LLyy"},
      {perChannel, "LLyy"},
      {conv(kF, kI8), "LLyy"},
      {conv(kF, kF, dilated), "LLyy"},
      {conv(kF, kF, {}, 4), "LLyy"},
      {coarse, "LLyy"},
      {noBias, "PPPP"},
      {unary(OpKind::HardSwish, kI8), "yyyy"},
      {unary(OpKind::Softmax, kF, SoftmaxParams{}, {1, 2, 3}), "LLyy"},
      {unary(OpKind::Softmax, kF, SoftmaxParams{}), "yyyy"},
      {unary(OpKind::Softmax, kF, SoftmaxParams{}, {1, 1, 2, 3, 4}), "LLRR"},
      {resize(kF, {}, 8), "yyyy"},
      {resize(kF, {}, 6), "LLyy"},
      {resize(kU8, {}, 8), "LLyy"},
      {resize(kF, centred, 8), "LLLy"},
      {unary(OpKind::Tanh, kF), "yyyy"},
      {unary(OpKind::Tanh, kU8), "LLyy"},
      {unary(OpKind::Abs, kF), "LLyy"},
      {unary(OpKind::Exp, kF), "LLyy"},
      {unary(OpKind::LeakyRelu, kI8, LeakyReluParams{}), "LLyy"},
      {unary(OpKind::Elu, kF), "LLLy"},
      {unary(OpKind::Relu0To1, kF), "UUUU"},
      {mean(kF), "Lyyy"},
      {mean(kI8), "LLyy"},
      {quantize(kU8), "LLyy"},
      {quantize(kI8), "LLTy"},
      {argMax(kI32), "LLyy"},
      {argMax(DataType::Int64), "LLTT"},
      {pack(0), "LLLy"},
      {pack(2), "LLLL"},
  };
  for (const auto& [node, expected] : rows) {
    EXPECT_EQ(expected, atEveryLevel(node)) << opName(node.op) << " " << dataTypeName(node.inputs[0].dtype);
  }
}

TEST(NnapiLevels, SayWhichLevelWouldDo) {
  const Profile oldest = loadProfile("nnapi-1.0").value();
  EXPECT_EQ("FeatureLevel: SUB needs NNAPI 1.1, and this is NNAPI 1.0",
            refusals(oldest, binary(OpKind::Sub, kF, AddParams{})));
  EXPECT_EQ("FeatureLevel: ADD of int32 needs NNAPI 1.3, and this is NNAPI 1.0",
            refusals(oldest, binary(OpKind::Add, kI32, AddParams{})));
  Conv2dParams dilated;
  dilated.dilationW = 3;
  EXPECT_EQ("FeatureLevel: dilation_w is 3; at most 1 is possible, before NNAPI 1.2",
            refusals(oldest, conv(kF, kF, dilated)));
}

}  // namespace
}  // namespace trireme::emulated
