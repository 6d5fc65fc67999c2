#include <benchmark/benchmark.h>

#include "bench/kernels/kernel_benches.h"
#include "kernels/cpu/depthwise_f32/depthwise_f32.h"
#include "kernels/cpu/depthwise_i8/depthwise_i8.h"
#include "kernels/cpu/isa.h"

namespace trireme::bench {
namespace {

struct Layer {
  const char* name;
  int64_t size, channels;  // 3x3, stride 1, the border filled
};
constexpr Layer kLayers[] = {{"112x112x32", 112, 32}, {"56x56x128", 56, 128}, {"14x14x512", 14, 512}};
constexpr int64_t kTaps = 9;

cpu::Windows windowsOf(const Layer& layer, int64_t elementBytes) {
  cpu::Windows w;
  w.inH = w.inW = w.outH = w.outW = layer.size;
  w.inC = w.channels = layer.channels;
  w.filterH = w.filterW = 3;
  w.padTop = w.padLeft = 1;
  w.elementBytes = elementBytes;
  return w;
}

void count(benchmark::State& state, const Layer& layer) {
  const double products = double(layer.size * layer.size) * double(layer.channels * kTaps);
  state.counters["op/s"] = benchmark::Counter(2 * products, benchmark::Counter::kIsIterationInvariantRate);
}

void runF32(benchmark::State& state, const cpu::DepthwiseF32Kernel& kernel, const Layer& layer) {
  const cpu::Windows windows = windowsOf(layer, 4);
  const size_t elements = size_t(layer.size * layer.size * layer.channels);
  std::vector<float> in(elements, 0.5f), out(elements);
  std::vector<float> packed(size_t(cpu::packedSizeDepthwiseF32(layer.channels, kTaps, kernel.width)), 0.25f);
  for (auto _ : state) {
    kernel.run({&windows, in.data(), packed.data(), out.data(), 0, layer.size, -1e9f, 1e9f});
    benchmark::ClobberMemory();
  }
  count(state, layer);
}

void runI8(benchmark::State& state, const cpu::DepthwiseI8Kernel& kernel, const Layer& layer) {
  const cpu::Windows windows = windowsOf(layer, 1);
  const size_t elements = size_t(layer.size * layer.size * layer.channels);
  std::vector<std::byte> in(elements, std::byte{3}), out(elements), zeros(size_t(layer.channels));
  std::vector<std::byte> packed(kernel.packedBytes(layer.channels, kTaps));
  cpu::DepthwiseI8 args;
  args.windows = &windows;
  args.input = in.data();
  args.zeroPixel = zeros.data();
  args.packed = packed.data();
  args.output = out.data();
  args.end = layer.size;
  args.low = -128;
  args.high = 127;
  for (auto _ : state) {
    kernel.run(args);
    benchmark::ClobberMemory();
  }
  count(state, layer);
}

}  // namespace

void registerDepthwiseBenches() {
  registerAll(cpu::depthwiseF32Kernels(), kLayers, runF32);
  registerAll(cpu::depthwiseI8Kernels(), kLayers, runI8);
}

}  // namespace trireme::bench
