#pragma once

#include "delegates/opencl/staging.h"
#include "trireme/delegates.h"

namespace trireme::opencl {

// createOpenClDelegate() over any table, which outlives the delegate. `measures` false: prices are guesses by the kind
// of device, and no call is spent on them. `patience`: in place of the usual times after which work counts as hung.
// `stagingBytes`: of pinned memory, on a device with memory of its own.
DelegateResult makeDelegate(const Api& api, const GpuOptions& options, bool measures = true,
                            std::optional<std::chrono::nanoseconds> patience = {},
                            size_t stagingBytes = Staging::kBytes);
std::vector<DelegateListing> listDelegates(const Api& api);  // listOpenClDevices()

}  // namespace trireme::opencl
