#include "tests/unit/delegates/faults/inference_tests.h"
#include "tests/unit/delegates/faults/losses_tests.h"
#include "tests/unit/delegates/vulkan/vulkan_world.h"

namespace trireme::faults {

INSTANTIATE_TYPED_TEST_SUITE_P(Vulkan, InferenceTest, vulkan::VulkanWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Vulkan, LossesTest, vulkan::VulkanWorld);

}  // namespace trireme::faults
