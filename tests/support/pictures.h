#pragma once

#include <filesystem>

#include "trireme/tensor.h"

namespace trireme::support {

// 8 bits a channel, rows from the top, channels side by side.
struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;
};
// BMP, PNG or JPEG; an empty picture when it cannot be read. channels 0: those of the file.
Picture readPicture(const std::filesystem::path& path, int channels = 3);
// RESIZE_BILINEAR with half-pixel centres, in float; the same size copies.
std::vector<float> resizeBilinear(const Picture& picture, int width, int height);
std::vector<float> resizeBilinear(std::span<const float> pixels, int channels, int fromWidth, int fromHeight, int width,
                                  int height);

// What a model wants of pixels 0..255.
std::vector<std::byte> asUInt8(std::span<const float> pixels);                             // truncated
std::vector<std::byte> asInt8(std::span<const float> pixels);                              // truncated, minus 128
std::vector<std::byte> asFloat(std::span<const float> pixels, float scale, float offset);  // truncated, then affine

}  // namespace trireme::support
