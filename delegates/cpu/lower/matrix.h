#pragma once

#include "delegates/cpu/lowering.h"
#include "kernels/common/activation_range.h"
#include "kernels/cpu/gemm_i8/gemm_i8.h"
#include "kernels/cpu/rows/gather_rows.h"
#include "kernels/reference/accumulator.h"
#include "kernels/reference/window.h"

// Convolutions and fully connected layers as blocked matrix products.
namespace trireme::cpu {

// `rows` rows of k inputs times n columns of weights, once for each group.
struct MatrixShape {
  int64_t rows = 0, n = 0, k = 0, groups = 1;
  bool isDirect = false;  // the input's pixels are the rows: row r of group g begins at r * groups * k + g * k
  Windows windows;        // else: how to gather them; channelBegin is that of group 0
  int64_t outputStride() const { return n * groups; }
};

// The same geometry in the words of kernels/cpu.
Windows windowsOf(const reference::Window& window, int64_t elementBytes);

// How the work is cut: units of (group, row block, panel block), a pure function of shape and kernel.
struct MatrixBlocks {
  int64_t rowsABlock = 1, rowBlocks = 1, panels = 1, panelsABlock = 1, panelBlocks = 1, groups = 1;
  int64_t units() const { return groups * rowBlocks * panelBlocks; }
};
MatrixBlocks blocksOf(const MatrixShape& shape, int64_t tileRows, int64_t panelWidth);

struct MatrixUnit {
  int64_t group, rowBegin, rows, panelBegin, panelEnd;
  int64_t block;  // the same for units that share their rows of A
};
MatrixUnit unitOf(const MatrixShape& shape, const MatrixBlocks& blocks, int64_t unit);

// Filter (groups * n rows of k elements) and bias, as their constants say.
struct MatrixConstants {
  const std::byte* weights = nullptr;
  const std::byte* bias = nullptr;  // null: none
};
// Input 1 and, where present, input 2 must be constants.
Support& requireConstants(Support& support, const LowerContext& context);
MatrixConstants constantsOf(const LowerContext& context);

// "windows gathered, 196x64x576 in 2 groups".
std::string describeMatrix(const MatrixShape& shape);

Result<Lowered> lowerMatrixF32(CpuIsa isa, const MatrixShape& shape, const MatrixConstants& constants,
                               common::FloatRange range);

struct MatrixCodes {
  bool isUnsigned = false;
  int32_t xZero = 0, wZero = 0, outputZero = 0;
  common::CodeRange range;
  std::vector<common::Multiplier> multipliers;  // one an output channel, or
  std::vector<double> scales;                   // one an output channel: by double
};
// Of a convolution: zero points, range and one multiplier an output channel, also where the file has one for all.
MatrixCodes codesOf(const LowerContext& context, const reference::WeightedOperands& operands, Activation activation);
Result<Lowered> lowerMatrixI8(CpuIsa isa, const MatrixShape& shape, const MatrixConstants& constants,
                              const MatrixCodes& codes);

}  // namespace trireme::cpu
