#include "examples/portrait/picture.h"

#include <fmt/format.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace portrait {
namespace {

using trireme::Code;
using trireme::Status;

constexpr int64_t kMaxPixels = int64_t{64} << 20;

// Channel `c` of the pixel, black outside.
float at(const Picture& picture, int x, int y, int c) {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return 0;
  return picture.pixels[(size_t(y) * size_t(picture.width) + size_t(x)) * 3 + size_t(c)];
}

void paint(Picture& picture, int x, int y, Colour colour, float cover) {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return;
  uint8_t* pixel = &picture.pixels[(size_t(y) * size_t(picture.width) + size_t(x)) * 3];
  for (size_t c = 0; c < 3; ++c) {
    pixel[c] = uint8_t(std::lround(float(pixel[c]) + (float(colour[c]) - float(pixel[c])) * cover));
  }
}

}  // namespace

trireme::Result<Picture> loadPicture(const std::filesystem::path& path) {
  Picture picture;
  int channels = 0;
  if (!stbi_info(path.c_str(), &picture.width, &picture.height, &channels)) {
    return Status::error(Code::Io, fmt::format("cannot read picture '{}': {}", path.string(), stbi_failure_reason()));
  }
  if (int64_t{picture.width} * picture.height > kMaxPixels) {
    return Status::error(Code::InvalidArgument, fmt::format("picture '{}' has {} x {} pixels, above 64 MPixel",
                                                            path.string(), picture.width, picture.height));
  }
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> data(
      stbi_load(path.c_str(), &picture.width, &picture.height, &channels, 3), stbi_image_free);
  if (!data) {
    return Status::error(Code::Io, fmt::format("cannot read picture '{}': {}", path.string(), stbi_failure_reason()));
  }
  picture.pixels.assign(data.get(), data.get() + size_t(picture.width) * size_t(picture.height) * 3);
  return picture;
}

Status savePicture(const Picture& picture, const std::filesystem::path& path) {
  const std::filesystem::path part = path.string() + ".part";
  std::error_code failure;
  if (!stbi_write_png(part.c_str(), picture.width, picture.height, 3, picture.pixels.data(), picture.width * 3)) {
    std::filesystem::remove(part, failure);
    return Status::error(Code::Io, fmt::format("cannot write picture '{}'", path.string()));
  }
  std::filesystem::rename(part, path, failure);
  if (failure) {
    return Status::error(Code::Io, fmt::format("cannot write picture '{}': {}", path.string(), failure.message()));
  }
  return {};
}

Point fromRegion(const Region& region, Point inside) {
  const float x = (inside.x - 0.5F) * region.width, y = (inside.y - 0.5F) * region.height;
  const float cosine = std::cos(region.angle), sine = std::sin(region.angle);
  return {region.centre.x + x * cosine - y * sine, region.centre.y + x * sine + y * cosine};
}

std::vector<float> sample(const Picture& picture, const Region& region, int size, float low, float high) {
  std::vector<float> values;
  values.reserve(size_t(size) * size_t(size) * 3);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      const Point inside{(float(column) + 0.5F) / float(size), (float(row) + 0.5F) / float(size)};
      const Point point = fromRegion(region, inside);
      const float x = point.x - 0.5F, y = point.y - 0.5F;
      const int left = int(std::floor(x)), top = int(std::floor(y));
      const float right = x - float(left), down = y - float(top);
      for (int c = 0; c < 3; ++c) {
        const float above = at(picture, left, top, c) * (1 - right) + at(picture, left + 1, top, c) * right;
        const float below = at(picture, left, top + 1, c) * (1 - right) + at(picture, left + 1, top + 1, c) * right;
        values.push_back(low + (above * (1 - down) + below * down) / 255 * (high - low));
      }
    }
  }
  return values;
}

void drawLine(Picture& picture, Point from, Point to, Colour colour, float thickness) {
  const float reach = thickness / 2 + 1;
  const int left = int(std::floor(std::min(from.x, to.x) - reach)),
            right = int(std::ceil(std::max(from.x, to.x) + reach));
  const int top = int(std::floor(std::min(from.y, to.y) - reach)),
            bottom = int(std::ceil(std::max(from.y, to.y) + reach));
  const Point along{to.x - from.x, to.y - from.y};
  const float squared = std::max(along.x * along.x + along.y * along.y, 1e-6F);
  for (int y = std::max(top, 0); y <= std::min(bottom, picture.height - 1); ++y) {
    for (int x = std::max(left, 0); x <= std::min(right, picture.width - 1); ++x) {
      const Point offset{float(x) + 0.5F - from.x, float(y) + 0.5F - from.y};
      const float part = std::clamp((offset.x * along.x + offset.y * along.y) / squared, 0.0F, 1.0F);
      const float distance = std::hypot(offset.x - part * along.x, offset.y - part * along.y);
      const float cover = std::clamp(thickness / 2 + 0.5F - distance, 0.0F, 1.0F);
      if (cover > 0) paint(picture, x, y, colour, cover);
    }
  }
}

void drawBox(Picture& picture, Point topLeft, Point bottomRight, Colour colour, float thickness) {
  const Point topRight{bottomRight.x, topLeft.y}, bottomLeft{topLeft.x, bottomRight.y};
  drawLine(picture, topLeft, topRight, colour, thickness);
  drawLine(picture, topRight, bottomRight, colour, thickness);
  drawLine(picture, bottomRight, bottomLeft, colour, thickness);
  drawLine(picture, bottomLeft, topLeft, colour, thickness);
}

void drawDot(Picture& picture, Point centre, Colour colour, float radius) {
  drawLine(picture, centre, centre, colour, radius * 2);
}

}  // namespace portrait
