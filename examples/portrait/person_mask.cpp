#include "examples/portrait/person_mask.h"

#include <algorithm>
#include <cmath>

namespace portrait {
namespace {

constexpr int kInput = 256;
constexpr Colour kGround{236, 240, 244};

// The mask's value at a point of the photograph, bilinear, half-pixel centres.
float at(std::span<const float> mask, float x, float y) {
  const auto edge = [](float v) { return std::clamp(v, 0.0F, float(kInput - 1)); };
  const float left = edge(std::floor(x)), top = edge(std::floor(y)), right = edge(left + 1), bottom = edge(top + 1);
  const float dx = std::clamp(x - left, 0.0F, 1.0F), dy = std::clamp(y - top, 0.0F, 1.0F);
  const auto value = [&](float row, float column) { return mask[size_t(row) * kInput + size_t(column)]; };
  return (value(top, left) * (1 - dx) + value(top, right) * dx) * (1 - dy) +
         (value(bottom, left) * (1 - dx) + value(bottom, right) * dx) * dy;
}

}  // namespace

trireme::Result<Mask> cutOut(Session& model, const Picture& picture) {
  const float width = float(picture.width), height = float(picture.height);
  const Region whole{{width / 2, height / 2}, width, height, 0};
  TRIREME_TRY(model.run(sample(picture, whole, kInput, 0, 1)));
  TRIREME_ASSIGN(const std::span<const float> small, model.output(size_t(kInput) * kInput));

  Mask mask;
  mask.person.reserve(size_t(picture.width) * size_t(picture.height));
  size_t inside = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const float value =
          at(small, (float(x) + 0.5F) * kInput / width - 0.5F, (float(y) + 0.5F) * kInput / height - 0.5F);
      mask.person.push_back(value);
      inside += value > 0.5F;
    }
  }
  mask.share = float(inside) / float(mask.person.size());
  return mask;
}

Picture showPerson(const Picture& picture, const Mask& mask) {
  Picture shown = picture;
  for (size_t i = 0; i < mask.person.size(); ++i) {
    const float share = std::clamp(mask.person[i], 0.0F, 1.0F);
    for (size_t c = 0; c < 3; ++c) {
      uint8_t& channel = shown.pixels[3 * i + c];
      channel = uint8_t(std::lround(float(channel) * share + float(kGround[c]) * (1 - share)));
    }
  }
  return shown;
}

}  // namespace portrait
