#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>

#include "core/graph/builder.h"
#include "kernels/reference/evaluate.h"

namespace trireme::support {

// A graph of one operator, with its memory: operands are added in order, then it is run by its reference kernel.
class OneNode {
 public:
  using Dims = std::initializer_list<int64_t>;
  explicit OneNode(OpKind op, OpParams params = NoParams{}) {
    node_.op = op;
    node_.params = std::move(params);
  }

  template <class T>
  OneNode& input(Dims dims, std::vector<T> elements, Quantization quantization = {}) {
    return input(kDataTypeOf<T>, dims, bytesOf(elements), std::move(quantization));
  }
  OneNode& input(DataType dtype, Dims dims, std::vector<std::byte> bytes, Quantization quantization = {}) {
    node_.inputs.push_back(
        builder_.addInput("in" + std::to_string(node_.inputs.size()), type(dtype, dims, std::move(quantization))));
    inputs_.push_back(std::move(bytes));
    return *this;
  }
  template <class T>
  OneNode& constant(Dims dims, const std::vector<T>& elements, Quantization quantization = {}) {
    node_.inputs.push_back(builder_.addConstant("const" + std::to_string(node_.inputs.size()),
                                                type(kDataTypeOf<T>, dims, std::move(quantization)), elements));
    inputs_.push_back(bytesOf(elements));
    return *this;
  }
  OneNode& output(DataType dtype, Dims dims, Quantization quantization = {}) {
    const TensorType made = type(dtype, dims, std::move(quantization));
    const auto bytes = byteSize(made);
    EXPECT_TRUE(bytes.ok());
    node_.outputs.push_back(builder_.addInner("out" + std::to_string(node_.outputs.size()), made));
    outputs_.emplace_back(bytes.ok() ? bytes.value() : 0, std::byte(0x5a));
    return *this;
  }

  // Supported: every split of the rows gives the same bytes as all rows at once.
  Status run() {
    if (Status built = build(); !built.ok()) return built;
    const Node& node = graph_->nodes()[0];
    TRIREME_TRY(reference::evaluate(*graph_, node, operands(outputs_)));
    auto prepared = reference::prepare(*graph_, node);
    EXPECT_TRUE(prepared.ok());
    auto again = outputs_;
    for (auto& bytes : again) std::fill(bytes.begin(), bytes.end(), std::byte(0xa5));
    std::vector<std::byte> scratch(prepared.value().scratchBytes + 64);
    reference::Operands split = operands(again);
    void* at = scratch.data();
    size_t space = scratch.size();
    split.scratch = static_cast<std::byte*>(std::align(64, prepared.value().scratchBytes, at, space));
    for (int64_t row = prepared.value().rows; row > 0; --row) prepared.value().run(split, {row - 1, row});
    EXPECT_EQ(again, outputs_) << "row by row, last first";
    return {};
  }
  Support support() {
    const Status built = build();
    EXPECT_TRUE(built.ok()) << built.message();
    return built.ok() ? reference::supports(*graph_, graph_->nodes()[0]) : Support();
  }
  // All reasons in one text; empty: supported.
  std::string reasons() {
    std::string text;
    const Support answer = support();
    for (const Reason& reason : answer.reasons()) text += reason.detail + "\n";
    return text;
  }

  template <class T>
  std::vector<T> out(size_t i = 0) const {
    std::vector<T> elements(outputs_[i].size() / sizeof(T));
    if (!elements.empty()) std::memcpy(elements.data(), outputs_[i].data(), outputs_[i].size());
    return elements;
  }
  const std::vector<std::byte>& outBytes(size_t i = 0) const { return outputs_[i]; }

  template <class T>
  static std::vector<std::byte> bytesOf(const std::vector<T>& elements) {
    const auto bytes = std::as_bytes(std::span(elements));
    return {bytes.begin(), bytes.end()};
  }

 private:
  static TensorType type(DataType dtype, Dims dims, Quantization quantization) {
    return {dtype, Shape::create(dims).value(), std::move(quantization)};
  }
  Status build() {
    if (graph_) return {};
    builder_.addNode(node_);
    builder_.setOutputs(node_.outputs);
    TRIREME_ASSIGN(Graph graph, std::move(builder_).build());
    graph_.emplace(std::move(graph));
    return {};
  }
  reference::Operands operands(std::vector<std::vector<std::byte>>& outputs) {
    from_.clear();
    to_.clear();
    for (const auto& bytes : inputs_) from_.push_back(bytes.data());
    for (auto& bytes : outputs) to_.push_back(bytes.data());
    return {from_, to_, nullptr};
  }

  graph::Builder builder_;
  Node node_;
  std::optional<Graph> graph_;
  std::vector<std::vector<std::byte>> inputs_, outputs_;
  std::vector<const std::byte*> from_;
  std::vector<std::byte*> to_;
};

// 0, 1, 2 ...
inline std::vector<int32_t> upTo(int32_t count) {
  std::vector<int32_t> values;
  for (int32_t i = 0; i < count; ++i) values.push_back(i);
  return values;
}

inline Quantization scaled(float scale, int32_t zeroPoint = 0) { return {{scale}, {zeroPoint}, -1, 0}; }

}  // namespace trireme::support
