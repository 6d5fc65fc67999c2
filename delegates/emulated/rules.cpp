#include "delegates/emulated/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "delegates/emulated/node_options.h"

namespace trireme::emulated {
namespace {

struct Tensor {
  std::string what;  // "input 0 'x'"
  const Value* value;
};

void addTensor(const Graph& graph, std::span<const ValueId> ids, std::string_view side, size_t position,
               std::vector<Tensor>& list) {
  if (position >= ids.size() || ids[position] == kNoValue) return;
  const Value& value = graph.value(ids[position]);
  list.push_back({fmt::format("{} {} '{}'", side, position, value.name), &value});
}

// Those that the rule names; none named: outputs and the inputs that are no constants.
std::vector<Tensor> tensorsOf(const Rule& rule, const RuleContext& in) {
  std::vector<Tensor> list;
  for (const int position : rule.inputs) addTensor(in.graph, in.node.inputs, "input", size_t(position), list);
  for (const int position : rule.outputs) addTensor(in.graph, in.node.outputs, "output", size_t(position), list);
  if (!rule.inputs.empty() || !rule.outputs.empty()) return list;
  for (size_t i = 0; i < in.node.inputs.size(); ++i) {
    const ValueId id = in.node.inputs[i];
    if (id != kNoValue && !in.graph.value(id).isConstant) addTensor(in.graph, in.node.inputs, "input", i, list);
  }
  for (size_t i = 0; i < in.node.outputs.size(); ++i) addTensor(in.graph, in.node.outputs, "output", i, list);
  return list;
}

// Empty when the number is within all bounds of the rule.
std::string outOfBounds(const Rule& rule, double value, std::string_view what) {
  const auto said = [&](std::string_view wanted) { return fmt::format("{} is {}; {}", what, value, wanted); };
  if (rule.min && value < *rule.min) return said(fmt::format("at least {} is possible", *rule.min));
  if (rule.max && value > *rule.max) return said(fmt::format("at most {} is possible", *rule.max));
  if (rule.multipleOf && std::fmod(value, *rule.multipleOf) != 0) {
    return said(fmt::format("a multiple of {} is possible", *rule.multipleOf));
  }
  if (!rule.in.empty() && std::ranges::find(rule.in, value) == rule.in.end()) {
    return said(fmt::format("possible: {}", fmt::join(rule.in, ", ")));
  }
  if (std::ranges::find(rule.notIn, value) != rule.notIn.end()) return said("that is not possible");
  return {};
}

std::string option(const Rule& rule, const RuleContext& in) {
  const auto value = findNodeOption(rule.name)->value(in.graph, in.node);
  return value ? outOfBounds(rule, *value, rule.name) : std::string();
}

std::string notAmong(const Rule& rule, const std::optional<std::string_view>& word, std::string_view what) {
  if (!word || std::ranges::find(rule.words, *word) != rule.words.end()) return {};
  return fmt::format("{} is {}; possible: {}", what, *word, fmt::join(rule.words, ", "));
}
std::string padding(const Rule& rule, const RuleContext& in) {
  return notAmong(rule, paddingWord(in.node), "the padding");
}
std::string activation(const Rule& rule, const RuleContext& in) {
  return notAmong(rule, activationWord(in.node), "the fused activation");
}

// The first tensor's complaint.
template <class Check>
std::string first(const Rule& rule, const RuleContext& in, Check check) {
  for (const Tensor& tensor : tensorsOf(rule, in)) {
    if (std::string sentence = check(tensor); !sentence.empty()) return sentence;
  }
  return {};
}

std::string rank(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) {
    return outOfBounds(rule, tensor.value->type.shape.rank(), "the rank of " + tensor.what);
  });
}

std::string dim(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) -> std::string {
    const Shape& shape = tensor.value->type.shape;
    for (int i = 0; i < shape.rank(); ++i) {
      if (rule.axis && i != (*rule.axis < 0 ? *rule.axis + shape.rank() : *rule.axis)) continue;
      std::string sentence = outOfBounds(rule, double(shape.dim(i)), fmt::format("dimension {} of {}", i, tensor.what));
      if (!sentence.empty()) return sentence;
    }
    return {};
  });
}

std::string type(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) -> std::string {
    std::string known;
    for (const TypeSince& one : rule.types) {
      if (one.since > in.profile.level) continue;
      if (one.dtype == tensor.value->type.dtype) return {};
      known += fmt::format("{}{}", known.empty() ? "" : ", ", dataTypeName(one.dtype));
    }
    return fmt::format("{} is {}; possible: {}", tensor.what, dataTypeName(tensor.value->type.dtype), known);
  });
}

std::string constant(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) {
    return tensor.value->isConstant ? std::string() : fmt::format("{} must be a constant", tensor.what);
  });
}

std::string present(const Rule& rule, const RuleContext& in) {
  for (const int position : rule.inputs) {
    const auto at = size_t(position);
    if (at < in.node.inputs.size() && in.node.inputs[at] != kNoValue) continue;
    return fmt::format("input {} is absent and must be there", position);
  }
  return {};
}

std::string sameScale(const Rule& rule, const RuleContext& in) {
  const std::vector<Tensor> tensors = tensorsOf(rule, in);
  for (const Tensor& tensor : tensors) {
    const Quantization& mine = tensor.value->type.quantization;
    const Quantization& wanted = tensors[0].value->type.quantization;
    if (mine.scales == wanted.scales && mine.zeroPoints == wanted.zeroPoints) continue;
    return fmt::format("{} and {} have different scales or zero points", tensors[0].what, tensor.what);
  }
  return {};
}

std::string scaleProduct(const Rule&, const RuleContext& in) {
  if (in.node.inputs.size() < 2 || in.node.outputs.empty()) return {};
  const Quantization& data = in.graph.value(in.node.inputs[0]).type.quantization;
  const Quantization& filter = in.graph.value(in.node.inputs[1]).type.quantization;
  const Quantization& result = in.graph.value(in.node.outputs[0]).type.quantization;
  if (data.scales.empty() || result.scales.empty()) return {};
  for (const float scale : filter.scales) {
    if (data.scales[0] * scale < result.scales[0]) continue;
    return fmt::format("the input's scale {} times the filter's {} is not below the output's {}", data.scales[0], scale,
                       result.scales[0]);
  }
  return {};
}

std::string zeroPoint(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) -> std::string {
    const std::vector<int32_t>& points = tensor.value->type.quantization.zeroPoints;
    return points.empty() ? std::string() : outOfBounds(rule, points[0], "the zero point of " + tensor.what);
  });
}

std::string perTensor(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) -> std::string {
    const size_t scales = tensor.value->type.quantization.scales.size();
    return scales <= 1 ? std::string() : fmt::format("{} has {} scales; one is possible", tensor.what, scales);
  });
}

std::string sameType(const Rule& rule, const RuleContext& in) {
  const std::vector<Tensor> tensors = tensorsOf(rule, in);
  for (const Tensor& tensor : tensors) {
    if (tensor.value->type.dtype == tensors[0].value->type.dtype) continue;
    return fmt::format("{} is {} and {} is {}; one type is possible", tensors[0].what,
                       dataTypeName(tensors[0].value->type.dtype), tensor.what, dataTypeName(tensor.value->type.dtype));
  }
  return {};
}

std::string sameShape(const Rule& rule, const RuleContext& in) {
  const std::vector<Tensor> tensors = tensorsOf(rule, in);
  for (const Tensor& tensor : tensors) {
    if (tensor.value->type.shape == tensors[0].value->type.shape) continue;
    return fmt::format("{} is {} and {} is {}; one shape is possible", tensors[0].what,
                       tensors[0].value->type.shape.text(), tensor.what, tensor.value->type.shape.text());
  }
  return {};
}

std::string square(const Rule& rule, const RuleContext& in) {
  return first(rule, in, [&](const Tensor& tensor) -> std::string {
    const Shape& shape = tensor.value->type.shape;
    if (shape.rank() != 4 || shape.dim(1) == shape.dim(2)) return {};
    return fmt::format("{} is {} x {}; only as high as wide is possible", tensor.what, shape.dim(1), shape.dim(2));
  });
}

constexpr std::string_view kTensors = "inputs outputs";
constexpr RuleKind kKinds[] = {
    {"activation", ReasonCode::Parameter, "words", "", false, activation},
    {"constant", ReasonCode::NeedsConstant, "inputs", "", false, constant},
    {"dim", ReasonCode::Limit, "", "inputs outputs axis min max in not_in multiple_of", true, dim},
    {"option", ReasonCode::Parameter, "name", "min max in not_in multiple_of", true, option},
    {"padding", ReasonCode::Parameter, "words", "", false, padding},
    {"per_tensor", ReasonCode::Quantization, "", kTensors, false, perTensor},
    {"present", ReasonCode::Parameter, "inputs", "", false, present},
    {"rank", ReasonCode::Rank, "", "inputs outputs min max in not_in", true, rank},
    {"same_scale", ReasonCode::Quantization, "", kTensors, false, sameScale},
    {"same_shape", ReasonCode::Parameter, "", kTensors, false, sameShape},
    {"same_type", ReasonCode::DataType, "", kTensors, false, sameType},
    {"scale_product", ReasonCode::Quantization, "", "", false, scaleProduct},
    {"square", ReasonCode::Parameter, "outputs", "", false, square},
    {"type", ReasonCode::DataType, "types", "inputs outputs types_since", false, type},
    {"zero_point", ReasonCode::Quantization, "inputs", "min max in not_in", true, zeroPoint},
};

}  // namespace

std::span<const RuleKind> ruleKinds() { return kKinds; }

}  // namespace trireme::emulated
