#pragma once

#include "delegates/opencl/api.h"
#include "trireme/delegates.h"

namespace trireme::opencl {

// createOpenClDelegate() over any table, which outlives the delegate.
DelegateResult makeDelegate(const Api& api, const GpuOptions& options);

}  // namespace trireme::opencl
