#pragma once

#include <array>

#include "examples/portrait/picture.h"
#include "examples/portrait/session.h"

namespace portrait {

// A face in pixels of the photograph. Keypoints: right eye, left eye (the person's own), nose tip, mouth, right ear,
// left ear.
struct Face {
  float score = 0;
  Point topLeft, bottomRight;
  std::array<Point, 6> keypoints;
};

// The best face that BlazeFace (short range, 128 x 128) finds, or Unsupported when it finds none. Anchors and decoding
// follow the model card and MediaPipe's published face_detection_short_range graph: 896 anchors, boxes and keypoints in
// 1/128 of the picture, sigmoid scores, overlapping boxes blended by score.
trireme::Result<Face> findFace(Session& model, const Picture& picture);

}  // namespace portrait
