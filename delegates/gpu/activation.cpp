#include "delegates/gpu/activation.h"

#include <limits>

#include "core/base/check.h"
#include "kernels/common/activation_range.h"

namespace trireme::gpu {

ActivationStep fusedActivation(Activation activation) {
  const auto range = common::activationRange(activation);
  TRIREME_CHECK(range.has_value(), "a fused activation that was taken is a clamp");
  return {ActivationKind::Clamp, range->low, range->high};
}

std::optional<ActivationStep> activationOf(const Graph& graph, const Node& node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (node.inputs.size() != 1 || graph.value(node.inputs[0]).type.dtype != DataType::Float32) return std::nullopt;
  switch (node.op) {
    case OpKind::Relu:
      return ActivationStep{ActivationKind::Clamp, 0, kInfinity};
    case OpKind::Relu6:
      return ActivationStep{ActivationKind::Clamp, 0, 6};
    case OpKind::ReluN1To1:
      return ActivationStep{ActivationKind::Clamp, -1, 1};
    case OpKind::Relu0To1:
      return ActivationStep{ActivationKind::Clamp, 0, 1};
    case OpKind::HardSwish:
      return ActivationStep{ActivationKind::HardSwish};
    case OpKind::Logistic:
      return ActivationStep{ActivationKind::Logistic};
    case OpKind::Tanh:
      return ActivationStep{ActivationKind::Tanh};
    case OpKind::LeakyRelu:
      return ActivationStep{ActivationKind::LeakyRelu, node.as<LeakyReluParams>().alpha};
    case OpKind::Elu:
      return ActivationStep{ActivationKind::Elu};
    case OpKind::Gelu:
      return ActivationStep{node.as<GeluParams>().approximate ? ActivationKind::GeluByTanh : ActivationKind::Gelu};
    case OpKind::Abs:
      return ActivationStep{ActivationKind::Abs};
    case OpKind::Neg:
      return ActivationStep{ActivationKind::Neg};
    case OpKind::Exp:
      return ActivationStep{ActivationKind::Exp};
    case OpKind::Log:
      return ActivationStep{ActivationKind::Log};
    case OpKind::Sqrt:
      return ActivationStep{ActivationKind::Sqrt};
    case OpKind::Rsqrt:
      return ActivationStep{ActivationKind::Rsqrt};
    case OpKind::Square:
      return ActivationStep{ActivationKind::Square};
    default:
      return std::nullopt;
  }
}

}  // namespace trireme::gpu
