#include "core/passes/fold.h"

#include <algorithm>
#include <numeric>

#include "core/graph/work.h"
#include "kernels/reference/evaluate.h"

namespace trireme::passes {
namespace {

constexpr size_t kMaxConstantBytes = size_t{64} << 20;

// The sizes of the outputs; none where one is not known or too large.
std::optional<std::vector<size_t>> outputSizes(const Graph& graph, const Node& node) {
  std::vector<size_t> sizes;
  for (const ValueId id : node.outputs) {
    const TensorType& type = graph.value(id).type;
    if (!type.shape.isKnown()) return std::nullopt;
    const Result<size_t> bytes = byteSize(type);
    if (!bytes.ok() || bytes.value() > kMaxConstantBytes) return std::nullopt;
    sizes.push_back(bytes.value());
  }
  return sizes;
}

Status evaluate(const Graph& graph, const Node& node, std::vector<std::vector<std::byte>>& outputs) {
  static constexpr std::byte kNoBytes{};  // of a constant without elements, which is not an absent one
  std::vector<const std::byte*> from;
  for (const ValueId id : node.inputs) {
    const std::byte* bytes = id == kNoValue ? nullptr : graph.value(id).constant.data();
    from.push_back(id != kNoValue && bytes == nullptr ? &kNoBytes : bytes);
  }
  std::vector<std::byte*> to;
  for (std::vector<std::byte>& output : outputs) to.push_back(output.data());
  return reference::evaluate(graph, node, {from, to, nullptr});
}

}  // namespace

void foldNode(Rewrite& rewrite, NodeId id, std::string_view why) {
  const Graph& graph = rewrite.graph();
  const Node& node = graph.node(id);
  const std::optional<std::vector<size_t>> sizes = outputSizes(graph, node);
  if (!sizes || !reference::supports(graph, node).ok()) return;
  const graph::Work work = graph::nodeWork(graph, id);
  if (!rewrite.mayFold(std::accumulate(sizes->begin(), sizes->end(), size_t{0}), std::max(work.operations, work.bytes)))
    return;
  std::vector<std::vector<std::byte>> outputs(sizes->begin(), sizes->end());
  // A failure (an index outside of its tensor) is told when the graph runs, if it ever does.
  if (!evaluate(graph, node, outputs).ok()) return;
  for (size_t i = 0; i < outputs.size(); ++i) {
    rewrite.editor().makeConstant(node.outputs[i], std::move(outputs[i]));
  }
  rewrite.remove(id, why);
}

}  // namespace trireme::passes
