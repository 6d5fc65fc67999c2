#include "tests/conformance/cases.h"

namespace trireme::conformance {

namespace {

DetectionPostProcessParams params(bool regular) {
  DetectionPostProcessParams result;
  result.maxDetections = 3;
  result.maxClassesPerDetection = 1;
  result.detectionsPerClass = 100;
  result.classes = 2;
  result.nmsScoreThreshold = 0;
  result.nmsIouThreshold = 0.5f;
  result.scaleY = result.scaleX = 10;
  result.scaleH = result.scaleW = 5;
  result.regularNms = regular;
  return result;
}

// Six boxes in three heaps of two along x, each heap's second one a tenth of its size beside the first.
std::vector<float> anchors() {
  return {0.5f, 0.5f,  1, 1, 0.5f, 0.5f,  1, 1, 0.5f, 0.5f,   1, 1,
          0.5f, 10.5f, 1, 1, 0.5f, 10.5f, 1, 1, 0.5f, 100.5f, 1, 1};
}
std::vector<float> boxes() { return {0, 0, 0, 0, 0, 1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}; }
std::vector<float> scores() {
  return {0, 0.9f, 0.8f, 0, 0.75f, 0.72f, 0, 0.6f, 0.5f, 0, 0.93f, 0.95f, 0, 0.5f, 0.4f, 0, 0.3f, 0.2f};
}

OpCase row(const std::string& name, bool regular) {
  return OpCase(name, OpKind::TfliteDetectionPostProcess, params(regular))
      .in(f32({1, 6, 4}), boxes())
      .in(f32({1, 6, 3}), scores())
      .constant(f32({6, 4}), anchors())
      .out(f32({1, 3, 4}))
      .out(f32({1, 3}))
      .out(f32({1, 3}))
      .out(f32({1}));
}

}  // namespace

Cases detectionCases() {
  return {row("TFLite_Detection_PostProcess_fast", false).expect(std::vector<float>{3}),
          row("TFLite_Detection_PostProcess_regular", true).expect(std::vector<float>{3})};
}

}  // namespace trireme::conformance
