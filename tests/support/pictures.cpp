#include "tests/support/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb/stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace trireme::support {
namespace {

// Where an output coordinate falls among `from` samples.
struct Tap {
  int low, high;
  float share;  // of `high`
};
Tap tap(int to, int from, int size) {
  const float at = std::max((float(to) + 0.5f) * (float(from) / float(size)) - 0.5f, 0.0f);
  const int low = std::min(int(at), from - 1);
  return {low, std::min(low + 1, from - 1), at - float(low)};
}

}  // namespace

Picture readPicture(const std::filesystem::path& path, int channels) {
  Picture picture;
  int found = 0;
  stbi_uc* pixels = stbi_load(path.c_str(), &picture.width, &picture.height, &found, channels);
  if (pixels == nullptr) return {};
  picture.channels = channels == 0 ? found : channels;
  picture.pixels.assign(pixels, pixels + size_t(picture.width) * size_t(picture.height) * size_t(picture.channels));
  stbi_image_free(pixels);
  return picture;
}

std::vector<float> resizeBilinear(std::span<const float> pixels, int channels, int fromWidth, int fromHeight, int width,
                                  int height) {
  std::vector<float> result;
  result.reserve(size_t(width) * size_t(height) * size_t(channels));
  const auto pixel = [&](int y, int x, int c) {
    return pixels[(size_t(y) * size_t(fromWidth) + size_t(x)) * size_t(channels) + size_t(c)];
  };
  for (int y = 0; y < height; ++y) {
    const Tap row = tap(y, fromHeight, height);
    for (int x = 0; x < width; ++x) {
      const Tap column = tap(x, fromWidth, width);
      for (int c = 0; c < channels; ++c) {
        const float top =
            pixel(row.low, column.low, c) * (1 - column.share) + pixel(row.low, column.high, c) * column.share;
        const float bottom =
            pixel(row.high, column.low, c) * (1 - column.share) + pixel(row.high, column.high, c) * column.share;
        result.push_back(top * (1 - row.share) + bottom * row.share);
      }
    }
  }
  return result;
}

std::vector<float> resizeBilinear(const Picture& picture, int width, int height) {
  const std::vector<float> pixels(picture.pixels.begin(), picture.pixels.end());
  if (picture.width == width && picture.height == height) return pixels;
  return resizeBilinear(pixels, picture.channels, picture.width, picture.height, width, height);
}

std::vector<std::byte> asUInt8(std::span<const float> pixels) {
  std::vector<std::byte> bytes;
  for (float pixel : pixels) bytes.push_back(std::byte(uint8_t(std::clamp(pixel, 0.0f, 255.0f))));
  return bytes;
}

std::vector<std::byte> asInt8(std::span<const float> pixels) {
  std::vector<std::byte> bytes = asUInt8(pixels);
  for (std::byte& byte : bytes) byte ^= std::byte{0x80};
  return bytes;
}

std::vector<std::byte> asFloat(std::span<const float> pixels, float scale, float offset) {
  std::vector<std::byte> bytes(pixels.size() * sizeof(float));
  for (size_t i = 0; i < pixels.size(); ++i) {
    const float value = std::floor(std::clamp(pixels[i], 0.0f, 255.0f)) * scale + offset;
    std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
  }
  return bytes;
}

}  // namespace trireme::support
