#pragma once

#include "delegates/opencl/api.h"
#include "trireme/delegates.h"

namespace trireme::opencl {

// createOpenClDelegate() over any table, which outlives the delegate.
DelegateResult makeDelegate(const Api& api, const GpuOptions& options);
std::vector<DelegateListing> listDelegates(const Api& api);  // listOpenClDevices()

}  // namespace trireme::opencl
