// TFLite_Detection_PostProcess: box encodings, class predictions, anchors to boxes, classes, scores and their number.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status requireAgreement(const InferenceView& view) {
  const Shape& boxes = view.shape(0);
  const Shape& scores = view.shape(1);
  const Shape& anchors = view.shape(2);
  if (differ(boxes.dim(0), 1) || differ(scores.dim(0), 1)) {
    return view.refuse(
        fmt::format("boxes and scores must be a batch of 1, found {} and {}", boxes.text(), scores.text()));
  }
  if (differ(boxes.dim(1), scores.dim(1)) || differ(boxes.dim(1), anchors.dim(0))) {
    return view.refuse(fmt::format("{} boxes, {} scores and {} anchors", boxes.dim(1), scores.dim(1), anchors.dim(0)));
  }
  const auto tooFew = [](int64_t dim, int64_t least) { return known(dim) && dim < least; };
  if (tooFew(boxes.dim(2), 4) || tooFew(anchors.dim(1), 4)) {
    return view.refuse(
        fmt::format("boxes and anchors need 4 coordinates, found {} and {}", boxes.text(), anchors.text()));
  }
  const int64_t classes = view.params<DetectionPostProcessParams>().classes;
  // A background class may stand before the others.
  if (tooFew(scores.dim(2), classes) || (known(scores.dim(2)) && scores.dim(2) > classes + 1)) {
    return view.refuse(fmt::format("{} scores a box for {} classes", scores.dim(2), classes));
  }
  return {};
}

Status inferDetectionPostProcess(InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 3));
  TRIREME_TRY(view.requireRank(1, 3));
  TRIREME_TRY(view.requireRank(2, 2));
  TRIREME_TRY(requireAgreement(view));
  const auto& params = view.params<DetectionPostProcessParams>();
  if (params.maxDetections < 1 || params.maxClassesPerDetection < 1 || params.classes < 1) {
    return view.refuse(fmt::format("its options ask for {} detections of {} of {} classes", params.maxDetections,
                                   params.maxClassesPerDetection, params.classes));
  }
  const int64_t detections = int64_t{params.maxDetections} * params.maxClassesPerDetection;
  TRIREME_TRY(view.setOutput(0, DataType::Float32, Dims{1, detections, 4}));
  TRIREME_TRY(view.setOutput(1, DataType::Float32, Dims{1, detections}));
  TRIREME_TRY(view.setOutput(2, DataType::Float32, Dims{1, detections}));
  return view.setOutput(3, DataType::Float32, Dims{1});
}

constexpr OpRule kRules[] = {
    {OpKind::TfliteDetectionPostProcess,
     paramsIndex<DetectionPostProcessParams>(),
     {3, 3},
     {4, 4},
     inferDetectionPostProcess,
     inputElementWork<10>,
     bit(2)},
};

}  // namespace

std::span<const OpRule> ops::detectionPostProcessRules() { return kRules; }

}  // namespace trireme::graph
