#pragma once

#include <filesystem>

#include "trireme/tensor.h"

namespace trireme::tools {

// A PNG, JPEG or BMP of at most 64 MPixel as the input tensor wants it: resized in float to its height and width
// (bilinear, half-pixel centres), its channels 1 (grey) or 3 (RGB). float32: (value - mean) / deviation; uint8: the
// value truncated; int8: that minus 128. `type` must be 1 x height x width x channels.
Result<std::vector<std::byte>> pictureAs(const TensorType& type, const std::filesystem::path& path, float mean,
                                         float deviation);

}  // namespace trireme::tools
