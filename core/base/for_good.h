#pragma once

#include <memory>

namespace trireme::base {

// Keeps memory to the end of the process: a device that hangs may still use it.
void keepForGood(std::shared_ptr<void> memory);

}  // namespace trireme::base
