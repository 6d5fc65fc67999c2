#include "delegates/emulated/node_options.h"

#include <algorithm>
#include <cstring>

namespace trireme::emulated {
namespace {

using Number = std::optional<double>;

// The field of whatever options the node has, where they have one of that name.
#define TRIREME_FIELD(field)                                  \
  [](const Graph&, const Node& node) -> Number {              \
    return std::visit(                                        \
        [](const auto& params) -> Number {                    \
          if constexpr (requires { double(params.field); }) { \
            return double(params.field);                      \
          } else {                                            \
            return std::nullopt;                              \
          }                                                   \
        },                                                    \
        node.params);                                         \
  }

const Value* input(const Graph& graph, const Node& node, size_t position) {
  if (position >= node.inputs.size() || node.inputs[position] == kNoValue) return nullptr;
  return &graph.value(node.inputs[position]);
}

Number dimOf(const Graph& graph, const Node& node, size_t position, int axis) {
  const Value* value = input(graph, node, position);
  if (!value || axis >= value->type.shape.rank()) return std::nullopt;
  return double(value->type.shape.dim(axis));
}

// Of windows that slide: a filter's height or width.
Number kernel(const Graph& graph, const Node& node, int axis) {
  if (const auto* pool = std::get_if<Pool2dParams>(&node.params)) return axis == 1 ? pool->filterH : pool->filterW;
  switch (node.op) {
    case OpKind::Conv2d:
    case OpKind::DepthwiseConv2d:
    case OpKind::TransposeConv:
    case OpKind::Convolution2dTransposeBias:
      return dimOf(graph, node, 1, axis);
    default:
      return std::nullopt;
  }
}

Number kernelH(const Graph& graph, const Node& node) { return kernel(graph, node, 1); }
Number kernelW(const Graph& graph, const Node& node) { return kernel(graph, node, 2); }
Number kernelArea(const Graph& graph, const Node& node) {
  const Number height = kernelH(graph, node), width = kernelW(graph, node);
  return height && width ? Number(*height * *width) : std::nullopt;
}

Number groups(const Graph& graph, const Node& node) {
  if (node.op != OpKind::Conv2d) return std::nullopt;
  const Number channels = dimOf(graph, node, 0, 3), depth = dimOf(graph, node, 1, 3);
  return channels && depth && *depth > 0 ? Number(*channels / *depth) : std::nullopt;
}

// The first element of a constant int32 operand.
Number constantAt(const Graph& graph, const Node& node, size_t position) {
  const Value* value = input(graph, node, position);
  if (!value || value->type.dtype != DataType::Int32 || value->constant.size() < sizeof(int32_t)) return std::nullopt;
  int32_t number = 0;
  std::memcpy(&number, value->constant.data(), sizeof(number));
  return number;
}

constexpr Number (*kAxisField)(const Graph&, const Node&) = TRIREME_FIELD(axis);

struct Axis {
  double axis;
  int rank;
};
std::optional<Axis> axisOf(const Graph& graph, const Node& node) {
  size_t data = 0;
  Number stated = kAxisField(graph, node);
  if (node.op == OpKind::Split) {
    data = 1;
    stated = constantAt(graph, node, 0);
  } else if (node.op == OpKind::ExpandDims || node.op == OpKind::ArgMax) {
    stated = constantAt(graph, node, 1);
  }
  const Value* value = input(graph, node, data);
  if (!stated || !value) return std::nullopt;
  // Of operators that make a new axis the result has one dimension more.
  const int rank = value->type.shape.rank() + (node.op == OpKind::Pack || node.op == OpKind::ExpandDims ? 1 : 0);
  return Axis{*stated < 0 ? *stated + rank : *stated, rank};
}
Number axis(const Graph& graph, const Node& node) {
  const auto found = axisOf(graph, node);
  return found ? Number(found->axis) : std::nullopt;
}
Number axisFromEnd(const Graph& graph, const Node& node) {
  const auto found = axisOf(graph, node);
  return found ? Number(found->axis - found->rank) : std::nullopt;
}

constexpr NodeOption kOptions[] = {
    {"adjoint_x", TRIREME_FIELD(adjointX)},
    {"adjoint_y", TRIREME_FIELD(adjointY)},
    {"align_corners", TRIREME_FIELD(alignCorners)},
    {"alpha", TRIREME_FIELD(alpha)},
    {"approximate", TRIREME_FIELD(approximate)},
    {"axis", axis},
    {"axis_from_end", axisFromEnd},
    {"batch_dims", TRIREME_FIELD(batchDims)},
    {"begin_mask", TRIREME_FIELD(beginMask)},
    {"beta", TRIREME_FIELD(beta)},
    {"block_size", TRIREME_FIELD(blockSize)},
    {"depth_multiplier", TRIREME_FIELD(depthMultiplier)},
    {"dilation_h", TRIREME_FIELD(dilationH)},
    {"dilation_w", TRIREME_FIELD(dilationW)},
    {"ellipsis_mask", TRIREME_FIELD(ellipsisMask)},
    {"end_mask", TRIREME_FIELD(endMask)},
    {"groups", groups},
    {"half_pixel_centers", TRIREME_FIELD(halfPixelCenters)},
    {"keep_dims", TRIREME_FIELD(keepDims)},
    {"keep_num_dims", TRIREME_FIELD(keepNumDims)},
    {"kernel_area", kernelArea},
    {"kernel_h", kernelH},
    {"kernel_w", kernelW},
    {"new_axis_mask", TRIREME_FIELD(newAxisMask)},
    {"shrink_axis_mask", TRIREME_FIELD(shrinkAxisMask)},
    {"shuffled_weights", TRIREME_FIELD(shuffledWeights)},
    {"stride_h", TRIREME_FIELD(strideH)},
    {"stride_w", TRIREME_FIELD(strideW)},
    {"symmetric", TRIREME_FIELD(mode)},
    {"values", TRIREME_FIELD(values)},
};
#undef TRIREME_FIELD

template <class T>
struct Fetch {
  template <class Params>
  std::optional<T> operator()(const Params& params) const {
    if constexpr (std::same_as<T, Activation> && requires { params.activation; }) {
      return params.activation;
    } else if constexpr (std::same_as<T, Padding> && requires { params.padding; }) {
      return params.padding;
    } else {
      return std::nullopt;
    }
  }
};

}  // namespace

std::span<const NodeOption> nodeOptions() { return kOptions; }

const NodeOption* findNodeOption(std::string_view name) {
  const auto found = std::ranges::find(kOptions, name, &NodeOption::name);
  return found == std::end(kOptions) ? nullptr : found;
}

std::string nodeOptionNames() {
  std::string names;
  for (const NodeOption& option : kOptions) names += (names.empty() ? "" : ", ") + std::string(option.name);
  return names;
}

std::optional<std::string_view> activationWord(const Node& node) {
  constexpr std::string_view kWords[] = {"NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"};
  const auto found = std::visit(Fetch<Activation>(), node.params);
  return found ? std::optional(kWords[size_t(*found)]) : std::nullopt;
}

std::optional<std::string_view> paddingWord(const Node& node) {
  const auto found = std::visit(Fetch<Padding>(), node.params);
  return found ? std::optional<std::string_view>(*found == Padding::Same ? "SAME" : "VALID") : std::nullopt;
}

}  // namespace trireme::emulated
