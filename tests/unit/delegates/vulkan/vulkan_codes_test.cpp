#include "tests/unit/delegates/faults/codes_tests.h"
#include "tests/unit/delegates/vulkan/vulkan_world.h"

namespace trireme::faults {

INSTANTIATE_TYPED_TEST_SUITE_P(Vulkan, CodesTest, vulkan::VulkanWorld);

}  // namespace trireme::faults
