#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/common/activation_range.h"
#include "kernels/common/quantized_multiplier.h"
#include "trireme/delegates.h"

// C = requantise(sum over k of (x - xZero)(w - wZero) + bias), 8-bit, with W packed once. Sums are exact (modulo 2^32),
// requantisation has the bits of kernels/common.
//
// Rows of A are bytes u from 0 to 255: x itself for uint8, x + 128 for int8, the zero point moved along. With
// v = w (int8) or w - 128 (uint8), the kernel sums u v and corrects:
//   sum (u - uZero)(v - vZero) = sum u v - vZero sum u + [k uZero vZero - uZero sum v], the last term is in the bias
namespace trireme::cpu {

enum class Requantization : uint8_t {
  TwoRoundings,  // common::multiply
  ByDouble       // round(double(sum) * scale), half away from zero: FULLY_CONNECTED
};

// Panels [panelBegin, panelEnd) of `rows` rows.
//
//   A: `groups` groups of the kernel's depthOfGroup elements a row, each a byte or, where bytesOfA is 2, a uint16_t;
//      elements beyond k are zeros
//   packed W: a panel for every panelWidth columns, one after the other:
//     bias[panelWidth] int32_t, then mantissa, left shift, right shift [panelWidth] int32_t or scale[panelWidth] double
//     and panelWidth unused int32_t, then for each group: v[panelWidth][depthOfGroup] int8_t
struct GemmI8 {
  const std::byte* a = nullptr;
  ptrdiff_t aStride = 0;                // bytes from row to row
  const int32_t* sumsOfRows = nullptr;  // sum u of each row; null where wZero is 0
  int32_t wZero = 0;                    // vZero
  const std::byte* packed = nullptr;
  std::byte* c = nullptr;
  ptrdiff_t cStride = 0;  // bytes
  int64_t rows = 0, n = 0, groups = 0;
  int64_t panelBegin = 0, panelEnd = 0;
  Requantization requantization = Requantization::TwoRoundings;
  int32_t low = 0, high = 0, outputZero = 0;  // the range with the zero point; its addition wraps
};
struct GemmI8Kernel {
  const char* name;
  CpuIsa isa;
  int64_t tileRows, panelWidth;
  int64_t depthOfGroup, bytesOfA;
  void (*run)(const GemmI8&) noexcept;
  int64_t groups(int64_t k) const { return (k + depthOfGroup - 1) / depthOfGroup; }
  int64_t rowBytes(int64_t k) const { return groups(k) * depthOfGroup * bytesOfA; }
  size_t panelBytes(int64_t k) const {
    return size_t(panelWidth) * (4 * sizeof(int32_t) + size_t(groups(k) * depthOfGroup));
  }
  int64_t panels(int64_t n) const { return (n + panelWidth - 1) / panelWidth; }
};
std::span<const GemmI8Kernel> gemmI8Kernels();  // best first; the last runs everywhere
const GemmI8Kernel& selectGemmI8(CpuIsa machine);

// What the weights mean. `weights`: n rows of k codes, as filters lie in a file; `bias`: n int32_t of any alignment or
// null.
struct WeightsI8 {
  const std::byte* weights = nullptr;
  const std::byte* bias = nullptr;
  int64_t n = 0, k = 0;
  bool isUnsigned = false;                          // weights and activations
  int32_t xZero = 0, wZero = 0;                     // as in the file
  std::span<const common::Multiplier> multipliers;  // one a column, or
  std::span<const double> scales;                   // one a column: by double
};
// Into kernel.panels(n) * kernel.panelBytes(k) bytes, aligned to 64.
void packGemmI8(const WeightsI8& weights, const GemmI8Kernel& kernel, std::byte* packed) noexcept;
// Rows of A from `rows` rows of k codes. `sums`, if not null: what GemmI8::sumsOfRows wants. Where the kernel's
// elements are bytes, `a` may be `codes`, with codeStride = rowBytes(k).
void packRowsI8(const std::byte* codes, int64_t rows, ptrdiff_t codeStride, int64_t k, bool isUnsigned,
                const GemmI8Kernel& kernel, std::byte* a, int32_t* sums) noexcept;

#define TRIREME_KERNEL(name, isa, tileRows, panelWidth, depth, bytes, function) void function(const GemmI8&) noexcept;
#include "kernels/cpu/gemm_i8/kernels.inc"
#undef TRIREME_KERNEL

}  // namespace trireme::cpu
