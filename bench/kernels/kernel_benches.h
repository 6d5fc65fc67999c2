#pragma once

#include <benchmark/benchmark.h>

#include <span>
#include <string>

#include "kernels/cpu/isa.h"

// Every line of a kernel list on the shapes of real layers, one thread. "op/s" counts a multiply and an add each.
namespace trireme::bench {

void registerGemmBenches();
void registerDepthwiseBenches();

// `run(state, kernel, layer)` as "kernel/layer", for every kernel that this machine can run. The lists are constants.
template <class Kernel, class Layers, class Run>
void registerAll(std::span<const Kernel> kernels, const Layers& layers, Run run) {
  for (const Kernel& kernel : kernels) {
    if (!cpu::covers(cpu::detectIsa(), kernel.isa)) continue;
    for (const auto& layer : layers) {
      const std::string name = std::string(kernel.name) + "/" + layer.name;
      benchmark::RegisterBenchmark(name.c_str(),
                                   [run, &kernel, &layer](benchmark::State& state) { run(state, kernel, layer); });
    }
  }
}

}  // namespace trireme::bench
