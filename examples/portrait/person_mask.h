#pragma once

#include "examples/portrait/picture.h"
#include "examples/portrait/session.h"

namespace portrait {

// How much of each pixel is a person, 0 to 1, height x width of the photograph; `share`: of the photograph above one
// half.
struct Mask {
  std::vector<float> person;
  float share = 0;
};

// MediaPipe's selfie segmentation (256 x 256) on the whole photograph.
trireme::Result<Mask> cutOut(Session& model, const Picture& picture);
// The person before a plain ground.
Picture showPerson(const Picture& picture, const Mask& mask);

}  // namespace portrait
