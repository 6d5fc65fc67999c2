#include "delegates/gpu/costs.h"

#include <algorithm>

namespace trireme::gpu {

GpuRates guessRates(const GpuLimits& limits) {
  GpuRates rates;
  const double units = limits.computeUnits;
  if (limits.cores) {  // a CPU through a driver: half of what its vectors can do
    rates = {20e-6, 4e-6, units * 2.5e9 * limits.vectorWidth * 2, 5e9 * std::min(units, 4.0), 5e9, 20e-6};
  } else if (limits.lanesAcross) {  // as measured with lavapipe: loads and stores are dear, memory is not the limit
    rates = {50e-6, 20e-6, units * 8e9, units * 1e9 / kColdMemory, 5e9, 20e-6};
  } else {
    rates = {30e-6, 5e-6, units * 5e10, units * 5e9, 5e9, 20e-6};
  }
  return rates;
}

namespace {

// What a program reaches of the arithmetic of a large convolution, as measured with PoCL on a CPU of 512-bit vectors
// (docs/performance.md). `trireme calibrate` replaces it by what the device at hand does.
double shareOfMatrix(Program program) {
  switch (program) {
    case Program::ConvGemm:
    case Program::ConvTile:
      return 1;
    case Program::Depthwise:
      return 0.3;
    case Program::ConvGrouped:
      return 0.1;
    default:
      return 0.5;
  }
}

}  // namespace

double secondsOf(const DispatchList& list, const GpuRates& rates) {
  double seconds = 0;
  for (const Dispatch& dispatch : list.dispatches) {
    seconds += rates.dispatchSeconds;
    seconds += dispatch.operations / (rates.matrixFlops * shareOfMatrix(dispatch.kernel.program));
    seconds += dispatch.bytes / (rates.bytesPerSecond * kColdMemory);
  }
  return seconds;
}

}  // namespace trireme::gpu
