#include "tools/pictures.h"

#include <fmt/format.h>
#include <stb/stb_image.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trireme::tools {
namespace {

constexpr int64_t kMaxPixels = int64_t{64} << 20;

struct Pixels {
  int width = 0, height = 0, channels = 0;
  std::vector<uint8_t> values;
};

Result<Pixels> load(const std::filesystem::path& path, int channels) {
  int width = 0, height = 0, inFile = 0;
  const auto unreadable = [&] {
    // stb names a picture that is far too large an unknown type.
    return Status::error(Code::Io,
                         fmt::format("cannot read picture '{}': {} (PNG, JPEG and BMP of at most 64 MPixel are "
                                     "read)",
                                     path.string(), stbi_failure_reason()));
  };
  if (!stbi_info(path.c_str(), &width, &height, &inFile)) return unreadable();
  if (int64_t{width} * height > kMaxPixels) {
    return Status::error(Code::InvalidArgument, fmt::format("picture '{}' has {} x {} pixels, more than 64 MPixel",
                                                            path.string(), width, height));
  }
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> data(
      stbi_load(path.c_str(), &width, &height, &inFile, channels), stbi_image_free);
  if (!data) return unreadable();
  const size_t count = size_t(width) * size_t(height) * size_t(channels);
  return Pixels{width, height, channels, std::vector<uint8_t>(data.get(), data.get() + count)};
}

// Where an output coordinate falls between two input ones. Half-pixel centres, edges repeated.
struct Between {
  int first = 0, second = 0;
  float part = 0;
};
Between between(int position, int from, int to) {
  const float scale = float(from) / float(to);
  const float place = std::max((float(position) + 0.5F) * scale - 0.5F, 0.0F);
  const int first = std::min(int(place), from - 1);
  return {first, std::min(first + 1, from - 1), place - float(first)};
}

std::vector<float> resize(const Pixels& picture, int height, int width) {
  std::vector<float> values;
  const auto channels = size_t(picture.channels);
  values.reserve(size_t(height) * size_t(width) * channels);
  for (int y = 0; y < height; ++y) {
    const Between row = between(y, picture.height, height);
    for (int x = 0; x < width; ++x) {
      const Between column = between(x, picture.width, width);
      const auto at = [&](int r, int c, size_t k) {
        return float(picture.values[(size_t(r) * size_t(picture.width) + size_t(c)) * channels + k]);
      };
      for (size_t k = 0; k < channels; ++k) {
        const float top =
            at(row.first, column.first, k) * (1 - column.part) + at(row.first, column.second, k) * column.part;
        const float bottom =
            at(row.second, column.first, k) * (1 - column.part) + at(row.second, column.second, k) * column.part;
        values.push_back(top * (1 - row.part) + bottom * row.part);
      }
    }
  }
  return values;
}

Status notAPicture(const TensorType& type) {
  return Status::error(Code::InvalidArgument,
                       fmt::format("--image: an input of {} {} takes no picture; it wants float32, uint8 or int8 of "
                                   "shape 1 x height x width x 1 or 3",
                                   dataTypeName(type.dtype), type.shape.text()));
}

template <class T, class Convert>
std::vector<std::byte> convert(const std::vector<float>& values, Convert convertOne) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    const T value = convertOne(values[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

}  // namespace

Result<std::vector<std::byte>> pictureAs(const TensorType& type, const std::filesystem::path& path, float mean,
                                         float deviation) {
  const Shape& shape = type.shape;
  const bool fits = shape.rank() == 4 && shape.isKnown() && shape.dim(0) == 1 &&
                    (shape.dim(3) == 1 || shape.dim(3) == 3) && shape.dim(1) > 0 && shape.dim(2) > 0 &&
                    shape.dim(1) <= kMaxPixels && shape.dim(2) <= kMaxPixels / shape.dim(1);
  if (!fits) return notAPicture(type);
  TRIREME_ASSIGN(const Pixels picture, load(path, int(shape.dim(3))));
  const std::vector<float> values = resize(picture, int(shape.dim(1)), int(shape.dim(2)));
  switch (type.dtype) {
    case DataType::Float32:
      return convert<float>(values, [&](float v) { return (v - mean) / deviation; });
    case DataType::UInt8:
      return convert<uint8_t>(values, [](float v) { return uint8_t(v); });
    case DataType::Int8:
      return convert<int8_t>(values, [](float v) { return int8_t(int(v) - 128); });
    default:
      return notAPicture(type);
  }
}

}  // namespace trireme::tools
