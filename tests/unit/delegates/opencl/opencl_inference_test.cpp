#include "tests/unit/delegates/faults/inference_tests.h"
#include "tests/unit/delegates/faults/losses_tests.h"
#include "tests/unit/delegates/opencl/opencl_world.h"

namespace trireme::faults {

INSTANTIATE_TYPED_TEST_SUITE_P(OpenCl, InferenceTest, opencl::OpenClWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(OpenCl, LossesTest, opencl::OpenClWorld);

}  // namespace trireme::faults
