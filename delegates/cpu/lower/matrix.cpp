#include "delegates/cpu/lower/matrix.h"

#include <algorithm>

namespace trireme::cpu {
namespace {

constexpr int64_t kRowsABlock = 56;      // of a unit: 4 tiles of 14
constexpr int64_t kColumnsABlock = 128;  // at least, of a unit that shares its rows with others
constexpr int64_t kUnits = 16;           // enough for the threads of a small machine

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool hasBytes(const Value& value, size_t elementBytes) {
  return value.isConstant && value.type.shape.isKnown() &&
         value.constant.size() >= size_t(value.type.shape.elements()) * elementBytes;
}

const Value* optionalInput(const LowerContext& context, size_t i) {
  if (i >= context.node.inputs.size() || context.node.inputs[i] == kNoValue) return nullptr;
  return &context.graph.value(context.node.inputs[i]);
}

}  // namespace

Windows windowsOf(const reference::Window& window, int64_t elementBytes) {
  return {.inH = window.inH,
          .inW = window.inW,
          .inC = window.inC,
          .outH = window.outH,
          .outW = window.outW,
          .filterH = window.filterH,
          .filterW = window.filterW,
          .strideH = window.strideH,
          .strideW = window.strideW,
          .dilationH = window.dilationH,
          .dilationW = window.dilationW,
          .padTop = window.padH,
          .padLeft = window.padW,
          .channelBegin = 0,
          .channels = window.filterC,
          .elementBytes = elementBytes};
}

MatrixBlocks blocksOf(const MatrixShape& shape, int64_t tileRows, int64_t panelWidth) {
  MatrixBlocks blocks;
  blocks.groups = shape.groups;
  blocks.rowsABlock = std::min(std::max<int64_t>(kRowsABlock / tileRows, 1) * tileRows, shape.rows);
  blocks.rowBlocks = blocks.rowsABlock == 0 ? 0 : ceilDiv(shape.rows, blocks.rowsABlock);
  blocks.panels = ceilDiv(shape.n, panelWidth);
  const int64_t least = std::max<int64_t>(kColumnsABlock / panelWidth, 1);
  const int64_t wanted = ceilDiv(kUnits, std::max<int64_t>(blocks.groups * blocks.rowBlocks, 1));
  const int64_t most = ceilDiv(blocks.panels, least);
  blocks.panelsABlock = std::max<int64_t>(ceilDiv(blocks.panels, std::max<int64_t>(std::min(wanted, most), 1)), 1);
  blocks.panelBlocks = ceilDiv(blocks.panels, blocks.panelsABlock);
  return blocks;
}

MatrixUnit unitOf(const MatrixShape& shape, const MatrixBlocks& blocks, int64_t unit) {
  const int64_t block = unit / blocks.panelBlocks, panelBlock = unit % blocks.panelBlocks;
  const int64_t rowBegin = block % blocks.rowBlocks * blocks.rowsABlock;
  const int64_t panelBegin = panelBlock * blocks.panelsABlock;
  return {block / blocks.rowBlocks,
          rowBegin,
          std::min(blocks.rowsABlock, shape.rows - rowBegin),
          panelBegin,
          std::min(panelBegin + blocks.panelsABlock, blocks.panels),
          block};
}

Support& requireConstants(Support& support, const LowerContext& context) {
  const Value* weights = optionalInput(context, 1);
  const size_t weightBytes = weights ? size_t(bitsPerElement(weights->type.dtype)) / 8 : 0;
  support.require(weights && weightBytes > 0 && hasBytes(*weights, weightBytes), ReasonCode::NeedsConstant,
                  "the weights are no constant");
  const Value* bias = optionalInput(context, 2);
  return support.require(bias == nullptr || hasBytes(*bias, 4), ReasonCode::NeedsConstant, "the bias is no constant");
}

MatrixConstants constantsOf(const LowerContext& context) {
  const Value* bias = optionalInput(context, 2);
  return {optionalInput(context, 1)->constant.data(), bias ? bias->constant.data() : nullptr};
}

MatrixCodes codesOf(const LowerContext& context, const reference::WeightedOperands& operands, Activation activation) {
  const reference::Rescale rescale = reference::makeRescale(context.graph, context.node, operands, activation);
  const TensorType& image = reference::inputType(context.graph, context.node, operands.image);
  const TensorType& filter = reference::inputType(context.graph, context.node, operands.filter);
  MatrixCodes codes;
  codes.isUnsigned = image.dtype == DataType::UInt8;
  codes.xZero = reference::zeroOf(image);
  codes.wZero = codes.isUnsigned ? reference::zeroOf(filter) : 0;
  codes.outputZero = rescale.outputZero;
  codes.range = rescale.range;
  const auto channels = size_t(filter.shape.dim(operands.channelAxis));
  codes.multipliers = rescale.multipliers;
  if (codes.multipliers.size() == 1) codes.multipliers.resize(channels, rescale.multipliers[0]);
  return codes;
}

std::string describeMatrix(const MatrixShape& shape) {
  return std::string(shape.isDirect ? "rows as they lie, " : "windows gathered, ") + std::to_string(shape.rows) + "x" +
         std::to_string(shape.n) + "x" + std::to_string(shape.k) +
         (shape.groups > 1 ? " in " + std::to_string(shape.groups) + " groups" : "");
}

}  // namespace trireme::cpu
