#include "examples/portrait/face_detection.h"

#include <algorithm>
#include <cmath>

namespace portrait {
namespace {

constexpr int kInput = 128;
constexpr size_t kAnchors = 896, kValues = 16;
constexpr float kMinScore = 0.5F, kMinOverlap = 0.3F;

// Cell centres, from 0 to 1: two anchors a cell of the 16 x 16 map, six (three layers of two) of the 8 x 8 map.
std::vector<Point> anchors() {
  std::vector<Point> centres;
  for (const auto& [cells, copies] : {std::pair{16, 2}, std::pair{8, 6}}) {
    for (int cell = 0; cell < cells * cells; ++cell) {
      const Point centre{(float(cell % cells) + 0.5F) / float(cells), (float(cell / cells) + 0.5F) / float(cells)};
      centres.insert(centres.end(), size_t(copies), centre);
    }
  }
  return centres;
}

// Still in units of the region, 0 to 1.
Face decode(std::span<const float> values, Point anchor, float score) {
  const auto scaled = [&](size_t i) { return values[i] / float(kInput); };
  const Point centre{scaled(0) + anchor.x, scaled(1) + anchor.y};
  const float halfWidth = scaled(2) / 2, halfHeight = scaled(3) / 2;
  Face face{score, {centre.x - halfWidth, centre.y - halfHeight}, {centre.x + halfWidth, centre.y + halfHeight}, {}};
  for (size_t k = 0; k < face.keypoints.size(); ++k) {
    face.keypoints[k] = {scaled(4 + 2 * k) + anchor.x, scaled(5 + 2 * k) + anchor.y};
  }
  return face;
}

// Intersection over union.
float overlap(const Face& a, const Face& b) {
  const auto area = [](const Face& f) { return (f.bottomRight.x - f.topLeft.x) * (f.bottomRight.y - f.topLeft.y); };
  const float width = std::min(a.bottomRight.x, b.bottomRight.x) - std::max(a.topLeft.x, b.topLeft.x);
  const float height = std::min(a.bottomRight.y, b.bottomRight.y) - std::max(a.topLeft.y, b.topLeft.y);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (area(a) + area(b) - width * height);
}

// The best face, its box and keypoints blended by score with all that overlap it.
Face blend(const std::vector<Face>& faces) {
  const Face& best =
      *std::max_element(faces.begin(), faces.end(), [](const Face& a, const Face& b) { return a.score < b.score; });
  Face sum{best.score, {}, {}, {}};
  float weights = 0;
  const auto add = [&](Point& to, Point from, float weight) {
    to.x += from.x * weight;
    to.y += from.y * weight;
  };
  for (const Face& face : faces) {
    if (overlap(face, best) < kMinOverlap) continue;
    add(sum.topLeft, face.topLeft, face.score);
    add(sum.bottomRight, face.bottomRight, face.score);
    for (size_t k = 0; k < face.keypoints.size(); ++k) add(sum.keypoints[k], face.keypoints[k], face.score);
    weights += face.score;
  }
  const auto divide = [&](Point& point) { point = {point.x / weights, point.y / weights}; };
  divide(sum.topLeft);
  divide(sum.bottomRight);
  for (Point& point : sum.keypoints) divide(point);
  return sum;
}

}  // namespace

trireme::Result<Face> findFace(Session& model, const Picture& picture) {
  // The whole photograph in a square, black beside it.
  const float side = float(std::max(picture.width, picture.height));
  const Region square{{float(picture.width) / 2, float(picture.height) / 2}, side, side, 0};
  TRIREME_TRY(model.run(sample(picture, square, kInput, -1, 1)));
  TRIREME_ASSIGN(const std::span<const float> values, model.output(kAnchors * kValues));
  TRIREME_ASSIGN(const std::span<const float> scores, model.output(kAnchors));

  std::vector<Face> faces;
  const std::vector<Point> centres = anchors();
  for (size_t i = 0; i < kAnchors; ++i) {
    const float score = 1 / (1 + std::exp(-std::clamp(scores[i], -100.0F, 100.0F)));
    if (score >= kMinScore) faces.push_back(decode(values.subspan(i * kValues, kValues), centres[i], score));
  }
  if (faces.empty()) return trireme::Status::error(trireme::Code::Unsupported, "no face was found in the picture");

  Face face = blend(faces);
  face.topLeft = fromRegion(square, face.topLeft);
  face.bottomRight = fromRegion(square, face.bottomRight);
  for (Point& point : face.keypoints) point = fromRegion(square, point);
  return face;
}

}  // namespace portrait
