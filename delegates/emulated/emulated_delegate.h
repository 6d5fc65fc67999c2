#pragma once

#include "delegates/emulated/profile.h"

namespace trireme::emulated {

// `name`: as in reports, "emulated:npu-int8". Refused: a wrapped delegate that is itself emulated.
DelegateResult makeDelegate(Profile profile, std::string name, std::shared_ptr<Delegate> wrapped, EmulationMode mode);

}  // namespace trireme::emulated
