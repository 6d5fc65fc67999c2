#include "trireme/trireme.h"

namespace trireme {

std::string_view version() { return TRIREME_VERSION; }

}  // namespace trireme
