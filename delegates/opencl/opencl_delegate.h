#pragma once

#include "delegates/opencl/api.h"
#include "trireme/delegates.h"

namespace trireme::opencl {

// createOpenClDelegate() over any table, which outlives the delegate. `measures` false: prices are guesses by the kind
// of device, and no call is spent on them.
DelegateResult makeDelegate(const Api& api, const GpuOptions& options, bool measures = true);
std::vector<DelegateListing> listDelegates(const Api& api);  // listOpenClDevices()

}  // namespace trireme::opencl
