#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "trireme/status.h"

namespace portrait {

struct Point {
  float x = 0, y = 0;
};
using Colour = std::array<uint8_t, 3>;

// An RGB picture, 8 bits a channel, rows top down.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;  // height x width x 3
};
// PNG, JPEG or BMP of at most 64 MPixel. Io with the path and the reason otherwise.
trireme::Result<Picture> loadPicture(const std::filesystem::path& path);
// PNG. Io when it cannot be written; then nothing is left behind.
trireme::Status savePicture(const Picture& picture, const std::filesystem::path& path);

// A rectangle that may be turned, in pixels of the photograph; angle in radians, clockwise on the screen.
struct Region {
  Point centre;
  float width = 0, height = 0, angle = 0;
};
// The photograph's point for a point of the region, whose coordinates run from 0 to 1.
Point fromRegion(const Region& region, Point inside);

// The region as size x size RGB floats low + value / 255 * (high - low), bilinear; what lies outside the photograph is
// black.
std::vector<float> sample(const Picture& picture, const Region& region, int size, float low, float high);

void drawLine(Picture& picture, Point from, Point to, Colour colour, float thickness);
void drawBox(Picture& picture, Point topLeft, Point bottomRight, Colour colour, float thickness);
void drawDot(Picture& picture, Point centre, Colour colour, float radius);

}  // namespace portrait
