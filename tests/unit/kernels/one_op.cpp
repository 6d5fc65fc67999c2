#include "one_op.h"

#include <algorithm>
#include <memory>
#include <random>
#include <stdexcept>

#include "core/graph/builder.h"

namespace trireme::test {
namespace {

constexpr std::byte kGuard{0x5a};

// Runs rows [begin, end) pieces, last piece first, each with scratch of its own filled with `filling`.
Bytes runPieces(const reference::Prepared& prepared, const std::vector<const std::byte*>& inputs,
                const std::vector<size_t>& sizes, const std::vector<int64_t>& cuts, std::byte filling) {
  Bytes outputs;
  std::vector<std::byte*> pointers;
  for (const size_t size : sizes) outputs.emplace_back(size + 64, filling);
  for (size_t i = 0; i < sizes.size(); ++i) {
    std::fill_n(outputs[i].end() - 64, 64, kGuard);
    pointers.push_back(outputs[i].data());
  }
  for (size_t i = cuts.size() - 1; i > 0; --i) {
    std::vector<std::byte> scratch(prepared.scratchBytes + 64, filling);
    void* aligned = scratch.data();
    size_t space = scratch.size();
    std::align(64, prepared.scratchBytes, aligned, space);
    prepared.run({inputs, pointers, static_cast<std::byte*>(aligned)}, {cuts[i - 1], cuts[i]});
  }
  return outputs;
}

Status takeGuards(Bytes& outputs) {
  for (auto& output : outputs) {
    for (auto at = output.end() - 64; at != output.end(); ++at) {
      if (*at != kGuard) return Status::error(Code::Internal, "memory beyond an output was written");
    }
    output.resize(output.size() - 64);
  }
  return {};
}

std::vector<int64_t> randomCuts(int64_t rows) {
  std::mt19937 random(7);
  std::vector<int64_t> cuts{0};
  while (cuts.back() < rows) {
    cuts.push_back(std::min(rows, cuts.back() + 1 + int64_t(random() % uint64_t(std::max<int64_t>(1, rows / 3)))));
  }
  return cuts;
}

}  // namespace

TensorType tensorType(DataType dtype, std::vector<int64_t> dims, float scale, int32_t zeroPoint) {
  TensorType type{dtype, Shape::create(dims).value(), {}};
  if (scale != 0) {
    type.quantization.scales = {scale};
    type.quantization.zeroPoints = {zeroPoint};
  }
  return type;
}

TensorType channelType(DataType dtype, std::vector<int64_t> dims, std::vector<float> scales, int axis) {
  TensorType type = tensorType(dtype, std::move(dims));
  type.quantization.zeroPoints.assign(scales.size(), 0);
  type.quantization.scales = std::move(scales);
  type.quantization.axis = axis;
  return type;
}

Result<Graph> buildOne(const OneOp& one) {
  graph::Builder builder("one");
  Node node;
  node.op = one.op;
  node.params = one.params;
  for (size_t i = 0; i < one.inputs.size(); ++i) {
    const Operand& input = one.inputs[i];
    const std::string name = "in" + std::to_string(i);
    node.inputs.push_back(input.absent     ? kNoValue
                          : input.constant ? builder.addConstant(name, input.type, std::span(input.bytes))
                                           : builder.addInput(name, input.type));
  }
  for (const TensorType& type : one.outputs) node.outputs.push_back(builder.addInner("out", type));
  builder.setOutputs(node.outputs);
  builder.addNode(std::move(node));
  return std::move(builder).build();
}

Support supportsOne(const OneOp& one) {
  const auto graph = buildOne(one);
  if (!graph.ok()) return Support::no(ReasonCode::Policy, graph.status().message());
  return reference::supports(graph.value(), graph.value().node(NodeId(0)));
}

Result<Bytes> runOne(const OneOp& one) {
  TRIREME_ASSIGN(const Graph graph, buildOne(one));
  TRIREME_ASSIGN(const reference::Prepared prepared, reference::prepare(graph, graph.node(NodeId(0))));
  std::vector<std::vector<std::max_align_t>> copies;
  std::vector<const std::byte*> inputs;
  for (const Operand& input : one.inputs) {
    if (input.absent) {
      inputs.push_back(nullptr);
      continue;
    }
    copies.emplace_back(input.bytes.size() / sizeof(std::max_align_t) + 1);
    if (!input.bytes.empty()) std::memcpy(copies.back().data(), input.bytes.data(), input.bytes.size());
    inputs.push_back(reinterpret_cast<const std::byte*>(copies.back().data()));
  }
  std::vector<size_t> sizes;
  for (const TensorType& type : one.outputs) {
    TRIREME_ASSIGN(const size_t size, byteSize(type));
    sizes.push_back(size);
  }
  if (prepared.check) {
    std::vector<std::byte*> none(sizes.size(), nullptr);
    TRIREME_TRY(prepared.check({inputs, none, nullptr}));
  }
  Bytes whole = runPieces(prepared, inputs, sizes, {0, prepared.rows}, std::byte{0x00});
  Bytes pieces = runPieces(prepared, inputs, sizes, randomCuts(prepared.rows), std::byte{0xff});
  TRIREME_TRY(takeGuards(whole));
  TRIREME_TRY(takeGuards(pieces));
  if (whole != pieces) return Status::error(Code::Internal, "the result depends on how rows are split");
  return whole;
}

std::vector<std::byte> runOneBytes(const OneOp& one) {
  auto result = runOne(one);
  if (!result.ok()) throw std::runtime_error(std::string(result.status().message()));
  return result.value().at(0);
}

std::string refusalOf(const OneOp& one) {
  const auto result = runOne(one);
  return result.ok() ? std::string() : std::string(result.status().message());
}

}  // namespace trireme::test
