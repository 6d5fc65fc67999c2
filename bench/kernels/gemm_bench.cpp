#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench/kernels/kernel_benches.h"
#include "kernels/cpu/gemm_f32/gemm_f32.h"
#include "kernels/cpu/gemm_i8/gemm_i8.h"
#include "kernels/cpu/isa.h"

namespace trireme::bench {
namespace {

struct Layer {
  const char* name;
  int64_t m, n, k;
};
constexpr Layer kLayers[] = {
    {"mobilenet_first_112x112x32", 12544, 32, 27}, {"mobilenet_1x1_56x56x128", 3136, 128, 64},
    {"mobilenet_1x1_14x14x512", 196, 512, 512},    {"resnet_3x3_28x28x128", 784, 128, 1152},
    {"resnet_3x3_7x7x512", 49, 512, 4608},         {"classifier_1x1000", 1, 1000, 1024},
};
constexpr int64_t kRowsABlock = 56;

void count(benchmark::State& state, const Layer& layer) {
  state.counters["op/s"] = benchmark::Counter(2.0 * double(layer.m) * double(layer.n) * double(layer.k),
                                              benchmark::Counter::kIsIterationInvariantRate);
}

void runF32(benchmark::State& state, const cpu::GemmF32Kernel& kernel, const Layer& layer) {
  std::vector<float> a(size_t(layer.m * layer.k), 0.5f), c(size_t(layer.m * layer.n));
  std::vector<float> packed(size_t(cpu::packedSizeGemmF32(layer.n, layer.k, kernel.panelWidth)), 0.25f);
  cpu::GemmF32 args;
  args.packed = packed.data();
  args.aStride = args.k = layer.k;
  args.cStride = args.n = layer.n;
  args.panelEnd = cpu::gemmPanels(layer.n, kernel.panelWidth);
  args.high = 1e9f;
  for (auto _ : state) {
    for (int64_t row = 0; row < layer.m; row += kRowsABlock) {
      args.a = a.data() + row * layer.k;
      args.c = c.data() + row * layer.n;
      args.rows = std::min(kRowsABlock, layer.m - row);
      kernel.run(args);
    }
    benchmark::ClobberMemory();
  }
  count(state, layer);
}

void runI8(benchmark::State& state, const cpu::GemmI8Kernel& kernel, const Layer& layer) {
  const int64_t rowBytes = kernel.rowBytes(layer.k);
  std::vector<std::byte> a(size_t(layer.m * rowBytes), std::byte{1}), c(size_t(layer.m * layer.n));
  std::vector<std::byte> packed(size_t(kernel.panels(layer.n)) * kernel.panelBytes(layer.k));
  cpu::GemmI8 args;
  args.packed = packed.data();
  args.aStride = rowBytes;
  args.cStride = args.n = layer.n;
  args.groups = kernel.groups(layer.k);
  args.panelEnd = kernel.panels(layer.n);
  args.low = -128;
  args.high = 127;
  for (auto _ : state) {
    for (int64_t row = 0; row < layer.m; row += kRowsABlock) {
      args.a = a.data() + row * rowBytes;
      args.c = c.data() + row * layer.n;
      args.rows = std::min(kRowsABlock, layer.m - row);
      kernel.run(args);
    }
    benchmark::ClobberMemory();
  }
  count(state, layer);
}

}  // namespace

void registerGemmBenches() {
  registerAll(cpu::gemmF32Kernels(), kLayers, runF32);
  registerAll(cpu::gemmI8Kernels(), kLayers, runI8);
}

}  // namespace trireme::bench
