#pragma once

#include "delegates/vulkan/api.h"

namespace trireme::support {

// This machine's Vulkan, whose devices say that a view of texels holds one: whatever is larger is read from storage
// buffers, by the programs' other form. Null where there is no Vulkan.
vulkan::Loader loaderWithShortTexelBuffers();

}  // namespace trireme::support
