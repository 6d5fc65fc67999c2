#pragma once

#include <optional>

#include "trireme/graph.h"

namespace trireme::gpu {

// Functions of one float, in the order of ACTIVATE's `kind` in activation.gpu.
enum class ActivationKind : uint8_t {
  None,
  Clamp,  // a to b: the RELU family
  HardSwish,
  Logistic,
  Tanh,
  LeakyRelu,  // slope a
  Elu,
  Gelu,
  GeluByTanh,
  Abs,
  Neg,
  Exp,
  Log,
  Sqrt,
  Rsqrt,
  Square
};
struct ActivationStep {
  ActivationKind kind = ActivationKind::None;
  float a = 0, b = 0;
  bool operator==(const ActivationStep&) const = default;
};
// The fused activation of an operator on floats: always a clamp, since TFLite clamps to the finite numbers where there
// is none. Not for TANH and SIGN_BIT, which the reference kernels refuse.
ActivationStep fusedActivation(Activation activation);
// What the node computes, when it is such a function of its one float32 input.
std::optional<ActivationStep> activationOf(const Graph& graph, const Node& node);

}  // namespace trireme::gpu
