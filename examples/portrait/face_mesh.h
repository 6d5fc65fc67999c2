#pragma once

#include "examples/portrait/face_detection.h"

namespace portrait {

struct Mesh {
  float presence = 0;             // 0 to 1: whether a face was there
  std::array<Point, 468> points;  // in pixels of the photograph
};

// MediaPipe's 468-point face mesh (192 x 192) on a square around the face: turned so that the eyes are level, 1.5 times
// the longer side of the box.
trireme::Result<Mesh> fitMesh(Session& model, const Picture& picture, const Face& face);

}  // namespace portrait
