#ifndef TRIREME_TRIREME_H
#define TRIREME_TRIREME_H

// Everything public. Trireme runs .tflite models on whatever the machine has.

#include "trireme/calibration.h"
#include "trireme/delegate.h"
#include "trireme/delegates.h"
#include "trireme/device.h"
#include "trireme/graph.h"
#include "trireme/interpreter.h"
#include "trireme/plan.h"
#include "trireme/status.h"
#include "trireme/tensor.h"

namespace trireme {

TRIREME_API std::string_view version();  // "0.1.0"

}  // namespace trireme

#endif  // TRIREME_TRIREME_H
