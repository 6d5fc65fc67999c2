#pragma once

#include "delegates/gpu/hybrid.h"
#include "delegates/gpu/lower/matrix.h"
#include "delegates/gpu/lower/window.h"

namespace trireme::gpu {

// A layer with weights, from what is read to what is written. Hybrid: the image becomes codes first, the programs see
// floats that are whole numbers, and their sums become reals at the end.
class Layer {
 public:
  // `image`: what the call reads; `imageRows`: rows of it that have a scale in common.
  Layer(Emitter& emitter, const Call& call, const reference::WeightedOperands& operands, Activation activation,
        ValueId image, int64_t imageRows, bool asymmetric);

  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  const MatrixJob& job() const { return job_; }
  const FilterWeights& filter() const { return filter_; }
  const Tensor& dst() const { return codes_ ? sums_ : dst_; }  // of the programs
  const Tensor* codes() const { return codes_ ? &codes_->codes : nullptr; }
  Tensor read(Layout layout) const;
  float padding() const { return float(codeFinish_.imageZero); }
  // Replaces what the convolutions' way of rounding gives.
  void setCodes(CodeFinish finish) { codeFinish_ = std::move(finish); }
  // After the programs: `pixels` rows of the result an image.
  void end(int64_t pixels);

 private:
  Emitter& emitter_;
  const Node& node_;
  const reference::WeightedOperands& operands_;
  ValueId image_;
  Activation activation_;
  std::optional<FloatFinish> floatFinish_;
  CodeFinish codeFinish_;
  std::optional<HybridCodes> codes_;
  Tensor sums_, dst_;
  MatrixJob job_;
  FilterWeights filter_;
};

}  // namespace trireme::gpu
