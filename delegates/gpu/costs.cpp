#include "delegates/gpu/costs.h"

#include <algorithm>

namespace trireme::gpu {

GpuRates guessRates(const GpuLimits& limits) {
  GpuRates rates;
  const double units = limits.computeUnits;
  if (limits.cores) {  // a CPU through a driver: half of what its vectors can do
    rates = {20e-6, 4e-6, units * 2.5e9 * limits.vectorWidth * 2, 5e9 * std::min(units, 4.0), 5e9, 20e-6};
  } else {
    rates = {30e-6, 5e-6, units * 5e10, units * 5e9, 5e9, 20e-6};
  }
  return rates;
}

double secondsOf(const DispatchList& list, const GpuRates& rates) {
  double seconds = 0;
  for (const Dispatch& dispatch : list.dispatches) {
    seconds += rates.dispatchSeconds;
    seconds += std::max(dispatch.operations / rates.matrixFlops, dispatch.bytes / rates.bytesPerSecond);
  }
  return seconds;
}

}  // namespace trireme::gpu
