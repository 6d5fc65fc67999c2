#include "delegates/cpu/lower/matrix.h"
#include "delegates/cpu/weights.h"
#include "kernels/cpu/gemm_f32/gemm_f32.h"

namespace trireme::cpu {
namespace {

// Rows whose distance is a multiple of this fall into the same lines of an L1 cache: they are copied apart.
constexpr int64_t kAliasingBytes = 2048;
constexpr int64_t kLine = 16;  // floats of a cache line

struct Layer {
  MatrixShape shape;
  MatrixBlocks blocks;
  const GemmF32Kernel* kernel = nullptr;
  common::FloatRange range;
  int64_t gatherStride = 0;  // floats
  size_t groupSize = 0;      // floats of packed weights a group
  std::shared_ptr<PackedWeights> packed;
};

bool readsDirectly(const MatrixShape& shape) {
  return shape.isDirect && (shape.rows == 1 || shape.k * shape.groups * 4 % kAliasingBytes != 0);
}

void gather(const Layer& layer, const MatrixUnit& unit, const std::byte* input, std::byte* scratch) {
  Windows windows = layer.shape.windows;
  windows.channelBegin = unit.group * windows.channels;
  gatherRows(windows, input, unit.rowBegin, unit.rowBegin + unit.rows, std::byte{0}, scratch, layer.gatherStride * 4);
}

void runUnits(const Layer& layer, const reference::Operands& operands, reference::Rows units) {
  const MatrixShape& shape = layer.shape;
  const bool direct = readsDirectly(shape);
  int64_t gathered = -1;
  for (int64_t number = units.begin; number < units.end; ++number) {
    const MatrixUnit unit = unitOf(shape, layer.blocks, number);
    GemmF32 args;
    if (direct) {
      args.a = reinterpret_cast<const float*>(operands.inputs[0]) + unit.rowBegin * shape.groups * shape.k +
               unit.group * shape.k;
      args.aStride = shape.groups * shape.k;
    } else {
      if (gathered != unit.block) gather(layer, unit, operands.inputs[0], operands.scratch);
      gathered = unit.block;
      args.a = reinterpret_cast<const float*>(operands.scratch);
      args.aStride = layer.gatherStride;
    }
    args.packed = layer.packed->as<float>() + size_t(unit.group) * layer.groupSize;
    args.cStride = shape.outputStride();
    args.c = reinterpret_cast<float*>(operands.outputs[0]) + unit.rowBegin * args.cStride + unit.group * shape.n;
    args.rows = unit.rows;
    args.n = shape.n;
    args.k = shape.k;
    args.panelBegin = unit.panelBegin;
    args.panelEnd = unit.panelEnd;
    args.low = layer.range.low;
    args.high = layer.range.high;
    layer.kernel->run(args);
  }
}

double secondsOf(const Layer& layer) {
  const MatrixShape& shape = layer.shape;
  const double rate = layer.kernel->isa == CpuIsa::Avx512 ? 8e10 : (layer.kernel->isa == CpuIsa::Avx2 ? 6e10 : 1e10);
  return 2.0 * double(shape.rows) * double(shape.n) * double(shape.groups) * double(shape.k) / rate +
         double(layer.packed->size()) / 2e10;
}

}  // namespace

Result<Lowered> lowerMatrixF32(CpuIsa isa, const MatrixShape& shape, const MatrixConstants& constants,
                               common::FloatRange range) {
  Layer layer{shape, {}, &selectGemmF32(isa), range, 0, 0, nullptr};
  const int64_t width = layer.kernel->panelWidth;
  layer.blocks = blocksOf(shape, layer.kernel->tileRows, width);
  layer.groupSize = size_t(packedSizeGemmF32(shape.n, shape.k, width));
  TRIREME_ASSIGN(layer.packed, PackedWeights::create(layer.groupSize * size_t(shape.groups) * sizeof(float)));
  for (int64_t group = 0; group < shape.groups; ++group) {
    const size_t first = size_t(group * shape.n);
    packGemmF32(constants.weights + first * size_t(shape.k) * sizeof(float),
                constants.bias ? constants.bias + first * sizeof(float) : nullptr, shape.n, shape.k, width,
                layer.packed->as<float>() + size_t(group) * layer.groupSize);
  }
  Lowered call;
  if (!readsDirectly(shape)) {
    layer.gatherStride = (shape.k + kLine - 1) / kLine * kLine;
    if (layer.gatherStride * 4 % kAliasingBytes == 0) layer.gatherStride += kLine;
    call.prepared.scratchBytes = size_t(layer.blocks.rowsABlock * layer.gatherStride) * sizeof(float);
  }
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
