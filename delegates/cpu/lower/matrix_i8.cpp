#include "delegates/cpu/lower/matrix.h"
#include "delegates/cpu/weights.h"

namespace trireme::cpu {
namespace {

struct Layer {
  MatrixShape shape;
  MatrixBlocks blocks;
  const GemmI8Kernel* kernel = nullptr;
  bool isUnsigned = false;
  int32_t xZero = 0, vZero = 0, outputZero = 0;
  common::CodeRange range;
  Requantization requantization = Requantization::TwoRoundings;
  size_t groupBytes = 0;           // of packed weights
  size_t sumsAt = 0, codesAt = 0;  // in scratch, after the rows of A
  std::shared_ptr<PackedWeights> packed;
};

size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

// Rows of A for a unit, into the front of scratch.
void makeRows(const Layer& layer, const MatrixUnit& unit, const std::byte* input, std::byte* scratch) {
  const MatrixShape& shape = layer.shape;
  auto* sums = layer.vZero != 0 ? reinterpret_cast<int32_t*>(scratch + layer.sumsAt) : nullptr;
  if (shape.isDirect) {
    const int64_t stride = shape.groups * shape.k;
    packRowsI8(input + unit.rowBegin * stride + unit.group * shape.k, unit.rows, stride, shape.k, layer.isUnsigned,
               *layer.kernel, scratch, sums);
    return;
  }
  const bool inPlace = layer.kernel->bytesOfA == 1;
  std::byte* codes = inPlace ? scratch : scratch + layer.codesAt;
  const int64_t stride = inPlace ? layer.kernel->rowBytes(shape.k) : shape.k;
  Windows windows = shape.windows;
  windows.channelBegin = unit.group * windows.channels;
  gatherRows(windows, input, unit.rowBegin, unit.rowBegin + unit.rows, std::byte(uint8_t(layer.xZero)), codes, stride);
  packRowsI8(codes, unit.rows, stride, shape.k, layer.isUnsigned, *layer.kernel, scratch, sums);
}

void runUnits(const Layer& layer, const reference::Operands& operands, reference::Rows units) {
  const MatrixShape& shape = layer.shape;
  int64_t made = -1;
  for (int64_t number = units.begin; number < units.end; ++number) {
    const MatrixUnit unit = unitOf(shape, layer.blocks, number);
    if (made != unit.block) makeRows(layer, unit, operands.inputs[0], operands.scratch);
    made = unit.block;
    GemmI8 args;
    args.a = operands.scratch;
    args.aStride = layer.kernel->rowBytes(shape.k);
    args.sumsOfRows = layer.vZero != 0 ? reinterpret_cast<const int32_t*>(operands.scratch + layer.sumsAt) : nullptr;
    args.wZero = layer.vZero;
    args.packed = layer.packed->data() + size_t(unit.group) * layer.groupBytes;
    args.cStride = shape.outputStride();
    args.c = operands.outputs[0] + unit.rowBegin * args.cStride + unit.group * shape.n;
    args.rows = unit.rows;
    args.n = shape.n;
    args.groups = layer.kernel->groups(shape.k);
    args.panelBegin = unit.panelBegin;
    args.panelEnd = unit.panelEnd;
    args.requantization = layer.requantization;
    args.low = layer.range.low;
    args.high = layer.range.high;
    args.outputZero = layer.outputZero;
    layer.kernel->run(args);
  }
}

void pack(const MatrixConstants& constants, const MatrixCodes& codes, Layer& layer) {
  const MatrixShape& shape = layer.shape;
  for (int64_t group = 0; group < shape.groups; ++group) {
    const size_t first = size_t(group * shape.n), count = size_t(shape.n);
    WeightsI8 weights;
    weights.weights = constants.weights + first * size_t(shape.k);
    weights.bias = constants.bias ? constants.bias + first * sizeof(int32_t) : nullptr;
    weights.n = shape.n;
    weights.k = shape.k;
    weights.isUnsigned = codes.isUnsigned;
    weights.xZero = codes.xZero;
    weights.wZero = codes.wZero;
    if (codes.scales.empty()) {
      weights.multipliers = std::span(codes.multipliers).subspan(first, count);
    } else {
      weights.scales = std::span(codes.scales).subspan(first, count);
    }
    packGemmI8(weights, *layer.kernel, layer.packed->data() + size_t(group) * layer.groupBytes);
  }
}

double secondsOf(const Layer& layer) {
  const MatrixShape& shape = layer.shape;
  const double rate = layer.kernel->isa == CpuIsa::Vnni ? 2e11 : (layer.kernel->isa == CpuIsa::Avx2 ? 8e10 : 3e9);
  return 2.0 * double(shape.rows) * double(shape.n) * double(shape.groups) * double(shape.k) / rate +
         double(layer.packed->size()) / 2e10;
}

}  // namespace

Result<Lowered> lowerMatrixI8(CpuIsa isa, const MatrixShape& shape, const MatrixConstants& constants,
                              const MatrixCodes& codes) {
  Layer layer;
  layer.shape = shape;
  layer.kernel = &selectGemmI8(isa);
  layer.blocks = blocksOf(shape, layer.kernel->tileRows, layer.kernel->panelWidth);
  layer.isUnsigned = codes.isUnsigned;
  layer.xZero = codes.xZero;
  layer.vZero = codes.wZero - (codes.isUnsigned ? 128 : 0);
  layer.outputZero = codes.outputZero;
  layer.range = codes.range;
  layer.requantization = codes.scales.empty() ? Requantization::TwoRoundings : Requantization::ByDouble;
  layer.groupBytes = size_t(layer.kernel->panels(shape.n)) * layer.kernel->panelBytes(shape.k);
  TRIREME_ASSIGN(layer.packed, PackedWeights::create(layer.groupBytes * size_t(shape.groups)));
  pack(constants, codes, layer);
  layer.sumsAt = aligned(size_t(layer.blocks.rowsABlock * layer.kernel->rowBytes(shape.k)));
  layer.codesAt = aligned(layer.sumsAt + size_t(layer.blocks.rowsABlock) * sizeof(int32_t));
  const bool needsCodes = !shape.isDirect && layer.kernel->bytesOfA != 1;

  Lowered call;
  call.prepared.scratchBytes = layer.codesAt + (needsCodes ? size_t(layer.blocks.rowsABlock * shape.k) : 0);
  call.kernel = layer.kernel->name;
  call.why = describeMatrix(shape);
  call.units = "blocks";
  call.seconds = secondsOf(layer);
  call.weightBytes = layer.packed->size();
  call.prepared.rows = layer.blocks.units();
  call.prepared.run = [layer](const reference::Operands& operands, reference::Rows units) {
    runUnits(layer, operands, units);
  };
  return call;
}

}  // namespace trireme::cpu
