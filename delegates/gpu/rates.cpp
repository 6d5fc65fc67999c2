#include "delegates/gpu/costs.h"

namespace trireme::gpu {

Result<GpuRates> measureRates(GpuDevice& device) { return guessRates(device.limits()); }

}  // namespace trireme::gpu
