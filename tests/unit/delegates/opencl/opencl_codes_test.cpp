#include "tests/unit/delegates/faults/codes_tests.h"
#include "tests/unit/delegates/opencl/opencl_world.h"

namespace trireme::faults {

INSTANTIATE_TYPED_TEST_SUITE_P(OpenCl, CodesTest, opencl::OpenClWorld);

}  // namespace trireme::faults
