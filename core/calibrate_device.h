#pragma once

#include "core/tune/line_fit.h"
#include "trireme/delegate.h"

namespace trireme::core {

// Copies between the host and the device, both ways, from 1 KiB to 16 MiB (less where it cannot allocate that much):
// x is bytes. DeadlineExceeded when a copy takes longer than 10 s; its memory is then given up.
Result<tune::Line> measureCopies(Device& device);

// Partitions of 1 to 64 tiny operators on this delegate: the line's start is what a partition adds to a frame beside
// its operators and copies, the time until its end is heard of included. Unsupported where it takes none of the
// operators that are tried. `cpu` takes what is left of the plan.
Result<tune::Line> measureStarts(const std::shared_ptr<Delegate>& delegate, const std::shared_ptr<Delegate>& cpu);

}  // namespace trireme::core
