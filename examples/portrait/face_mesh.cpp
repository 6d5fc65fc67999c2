#include "examples/portrait/face_mesh.h"

#include <algorithm>
#include <cmath>

namespace portrait {
namespace {

constexpr int kInput = 192;
constexpr size_t kPoints = 468;
constexpr float kMargin = 1.5F;

Region around(const Face& face) {
  const Point rightEye = face.keypoints[0], leftEye = face.keypoints[1];
  const float side = kMargin * std::max(face.bottomRight.x - face.topLeft.x, face.bottomRight.y - face.topLeft.y);
  const Point centre{(face.topLeft.x + face.bottomRight.x) / 2, (face.topLeft.y + face.bottomRight.y) / 2};
  return {centre, side, side, std::atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x)};
}

}  // namespace

trireme::Result<Mesh> fitMesh(Session& model, const Picture& picture, const Face& face) {
  const Region region = around(face);
  TRIREME_TRY(model.run(sample(picture, region, kInput, 0, 1)));
  TRIREME_ASSIGN(const std::span<const float> landmarks, model.output(kPoints * 3));
  TRIREME_ASSIGN(const std::span<const float> presence, model.output(1));

  Mesh mesh;
  mesh.presence = 1 / (1 + std::exp(-presence[0]));
  for (size_t i = 0; i < kPoints; ++i) {
    mesh.points[i] = fromRegion(region, {landmarks[3 * i] / float(kInput), landmarks[3 * i + 1] / float(kInput)});
  }
  return mesh;
}

}  // namespace portrait
