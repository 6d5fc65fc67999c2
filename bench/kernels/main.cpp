#include <benchmark/benchmark.h>

#include "bench/kernels/kernel_benches.h"

int main(int argc, char** argv) {
  trireme::bench::registerGemmBenches();
  trireme::bench::registerDepthwiseBenches();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
