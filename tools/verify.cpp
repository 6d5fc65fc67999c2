#include "tools/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "kernels/reference/evaluate.h"

namespace trireme::tools {
namespace {

using Bytes = OutputBytes::value_type;

constexpr double kFloatBound = 1e-4, kHybridBound = 1e-2, kRelaxedBound = 1e-1;

// Float activations times integer weights somewhere: the codes of two runtimes may differ.
bool isHybrid(const Graph& graph) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [&](const Node& node) {
    if (node.inputs.size() < 2 || node.inputs[0] == kNoValue || node.inputs[1] == kNoValue) return false;
    const bool product = node.op == OpKind::Conv2d || node.op == OpKind::DepthwiseConv2d ||
                         node.op == OpKind::FullyConnected || node.op == OpKind::BatchMatmul;
    return product && graph.value(node.inputs[0]).type.dtype == DataType::Float32 &&
           graph.value(node.inputs[1]).type.dtype == DataType::Int8;
  });
}

// A device of half precision has nodes.
bool isRelaxed(const CompiledModel& compiled) {
  return std::ranges::any_of(compiled.plan().partitions, [&](const PlannedPartition& partition) {
    return compiled.delegates()[partition.delegate]->info().precision != Precision::Exact;
  });
}

// Of the relative L2 distance of float32 outputs; 0: each element is compared.
double distanceBound(const CompiledModel& compiled) {
  return std::max(isHybrid(compiled.graph()) ? kHybridBound : 0, isRelaxed(compiled) ? kRelaxedBound : 0);
}

// Every node by the reference kernels, one after the other. Bytes of the graph's outputs.
Result<OutputBytes> runReference(const CompiledModel& compiled, Interpreter& interpreter) {
  const Graph& graph = compiled.graph();
  std::vector<Bytes> values(graph.values().size());
  std::vector<const std::byte*> read(values.size());
  for (uint32_t i = 0; i < values.size(); ++i) {
    const Value& value = graph.value(ValueId{i});
    if (value.isConstant) {
      read[i] = value.constant.data();
      continue;
    }
    TRIREME_ASSIGN(const size_t size, byteSize(value.type));
    values[i].resize(std::max<size_t>(size, 1));
    read[i] = values[i].data();
  }
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(int(i)));
    if (!view.bytes.empty()) std::memcpy(values[index(graph.inputs()[i])].data(), view.bytes.data(), view.bytes.size());
  }
  for (const Node& node : graph.nodes()) {
    std::vector<const std::byte*> inputs;
    std::vector<std::byte*> outputs;
    for (const ValueId id : node.inputs) inputs.push_back(id == kNoValue ? nullptr : read[index(id)]);
    for (const ValueId id : node.outputs) outputs.push_back(id == kNoValue ? nullptr : values[index(id)].data());
    TRIREME_TRY(reference::evaluate(graph, node, {inputs, outputs, nullptr}));
  }
  OutputBytes results;
  for (const ValueId id : graph.outputs()) {
    TRIREME_ASSIGN(const size_t size, byteSize(graph.value(id).type));
    results.emplace_back(read[index(id)], read[index(id)] + size);
  }
  return results;
}

template <class T>
T element(std::span<const std::byte> bytes, size_t i) {
  T value{};
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

void compareFloats(std::span<const std::byte> got, std::span<const std::byte> wanted, double bound, Difference& total) {
  const size_t count = wanted.size() / sizeof(float);
  double largest = 0, squares = 0, distance = 0, maxAbs = 0;
  for (size_t i = 0; i < count; ++i) {
    const double w = double(element<float>(wanted, i));
    if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
  }
  uint64_t outside = 0;
  for (size_t i = 0; i < count; ++i) {
    const double g = double(element<float>(got, i)), w = double(element<float>(wanted, i));
    if (std::isfinite(w)) squares += w * w;
    if (g == w || (std::isnan(g) && std::isnan(w))) continue;
    const double apart = std::abs(g - w);
    distance += apart * apart;
    if (std::isfinite(apart)) maxAbs = std::max(maxAbs, apart);
    outside += !(apart <= (bound > 0 ? bound : kFloatBound) * largest);
  }
  if (bound > 0 && std::sqrt(distance) <= bound * std::sqrt(squares)) outside = 0;
  total.maxAbs = std::max(total.maxAbs, maxAbs);
  if (largest > 0) total.maxRel = std::max(total.maxRel, maxAbs / largest);
  total.mismatches += outside;
}

template <class T>
void compareIntegers(std::span<const std::byte> got, std::span<const std::byte> wanted, Difference& total) {
  double largest = 0, maxAbs = 0;
  for (size_t i = 0; i < wanted.size() / sizeof(T); ++i) {
    const double g = double(element<T>(got, i)), w = double(element<T>(wanted, i));
    largest = std::max(largest, std::abs(w));
    maxAbs = std::max(maxAbs, std::abs(g - w));
    total.mismatches += element<T>(got, i) != element<T>(wanted, i);
  }
  total.maxAbs = std::max(total.maxAbs, maxAbs);
  if (largest > 0) total.maxRel = std::max(total.maxRel, maxAbs / largest);
}

void compare(const TensorType& type, std::span<const std::byte> got, std::span<const std::byte> wanted, double bound,
             Difference& total) {
  switch (type.dtype) {
    case DataType::Float32:
      return compareFloats(got, wanted, bound, total);
    case DataType::Int8:
      return compareIntegers<int8_t>(got, wanted, total);
    case DataType::Int16:
      return compareIntegers<int16_t>(got, wanted, total);
    case DataType::Int32:
      return compareIntegers<int32_t>(got, wanted, total);
    case DataType::Int64:
      return compareIntegers<int64_t>(got, wanted, total);
    default:  // bytes as they are: uint8, bool and what has no arithmetic
      return compareIntegers<uint8_t>(got, wanted, total);
  }
}

}  // namespace

Result<OutputBytes> cpuOutputs(Interpreter& interpreter, const std::shared_ptr<const Model>& model,
                               const Settings& settings) {
  Options options;
  options.setThreads(settings.threads).setSignature(settings.signature);
  for (int i = 0; i < interpreter.inputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(i));
    options.resizeInput(i, view.type->shape);
  }
  TRIREME_ASSIGN(const auto cpu, Interpreter::create(model, options));
  for (int i = 0; i < interpreter.inputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView from, interpreter.frame().input(i));
    TRIREME_ASSIGN(const TensorView to, cpu->frame().input(i));
    if (!from.bytes.empty()) std::memcpy(to.bytes.data(), from.bytes.data(), from.bytes.size());
  }
  TRIREME_TRY(cpu->invoke());
  OutputBytes results;
  for (int i = 0; i < cpu->outputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView view, cpu->frame().output(i));
    results.emplace_back(view.bytes.begin(), view.bytes.end());
  }
  return results;
}

Result<Difference> compareOutputs(Interpreter& interpreter, const OutputBytes& wanted, std::string against) {
  Difference difference{std::move(against)};
  const double bound = distanceBound(interpreter.compiled());
  for (int i = 0; i < interpreter.outputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView got, interpreter.frame().output(i));
    if (got.bytes.size() != wanted[size_t(i)].size()) {
      return Status::error(Code::Internal, fmt::format("output {} has {} bytes here and {} there", i, got.bytes.size(),
                                                       wanted[size_t(i)].size()));
    }
    compare(*got.type, got.bytes, wanted[size_t(i)], bound, difference);
  }
  return difference;
}

Result<Difference> verify(Interpreter& interpreter, const std::shared_ptr<const Model>& model,
                          const Settings& settings) {
  const CompiledModel& compiled = interpreter.compiled();
  const bool cpuAlone = settings.delegates.empty() || compiled.delegates().size() == 1;
  TRIREME_ASSIGN(const OutputBytes wanted,
                 cpuAlone ? runReference(compiled, interpreter) : cpuOutputs(interpreter, model, settings));
  return compareOutputs(interpreter, wanted, cpuAlone ? "reference" : "cpu");
}

Json differenceJson(const std::optional<Difference>& difference) {
  if (!difference) return nullptr;
  return {{"against", difference->against},
          {"max_abs", difference->maxAbs},
          {"max_rel", difference->maxRel},
          {"mismatches", difference->mismatches}};
}

}  // namespace trireme::tools
