#pragma once

#include "tests/conformance/matrix/forms.h"

// Operators of weights: the types that belong together in a form.
namespace trireme::conformance::matrix {

struct Weighted {
  TensorType image, weights, bias, out;
};
// `taps`: products that make one output; the output's scale follows from it, so that most codes are used and some
// saturate. Per channel where the form says so and, of a hybrid, where `perChannel` does.
struct WeightedSizes {
  Sizes image, weights;
  int channelAxis = 0;  // of the weights
  int64_t taps = 1;
  bool perChannel = true;
};
Weighted weighted(Form form, const WeightedSizes& sizes);

inline constexpr Activation kClamps[] = {Activation::None, Activation::Relu, Activation::Relu6, Activation::ReluN1To1};
std::string_view name(Activation activation);
std::string_view name(Padding padding);

// Drawn inputs, weights and, if there is one, bias, in the order of CONV_2D.
void addWeighted(OpCase& row, support::Random& random, const Weighted& types, bool bias);

}  // namespace trireme::conformance::matrix
