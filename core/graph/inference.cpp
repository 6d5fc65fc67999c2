#include "core/graph/inference.h"

#include <fmt/format.h>

#include "core/graph/editor.h"
#include "core/graph/graph_verifier.h"
#include "core/graph/ops/rules.h"
#include "core/graph/topology.h"

namespace trireme::graph {
namespace {

constexpr int64_t kMaxDim = INT32_MAX;

Status badInput(const Graph& graph, int input, std::string_view sentence) {
  return Status::error(Code::InvalidArgument,
                       fmt::format("input {} {}: {}", input,
                                   quotedName(graph.values(), graph.inputs()[static_cast<size_t>(input)]), sentence));
}

// Whether the caller may give an input this shape: known, of the declared rank. A dimension that the file names may be
// changed too, as TFLite's ResizeInputTensor does: operators say whether they can follow.
Status checkInput(const Graph& graph, const InputShape& asked) {
  if (asked.index < 0 || static_cast<size_t>(asked.index) >= graph.inputs().size()) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("there is no input {}, the graph has {}", asked.index, graph.inputs().size()));
  }
  const Shape& declared = graph.value(graph.inputs()[static_cast<size_t>(asked.index)]).declared;
  if (!asked.shape.isKnown()) {
    return badInput(graph, asked.index, fmt::format("the shape {} is not fully known", asked.shape.text()));
  }
  if (asked.shape.rank() != declared.rank()) {
    return badInput(graph, asked.index,
                    fmt::format("the shape {} has rank {}, the model's {} has rank {}", asked.shape.text(),
                                asked.shape.rank(), declared.text(), declared.rank()));
  }
  for (int i = 0; i < declared.rank(); ++i) {
    if (asked.shape.dim(i) > kMaxDim) {
      return badInput(graph, asked.index,
                      fmt::format("dimension {} of {} is above {}", i, asked.shape.dim(i), kMaxDim));
    }
  }
  return {};
}

// What inference relies on: every dimension fits in 31 bits.
Status checkDims(const Graph& graph) {
  for (uint32_t v = 0; v < graph.values().size(); ++v) {
    const Shape& shape = graph.values()[v].type.shape;
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape.dim(i) <= kMaxDim) continue;
      return Status::error(Code::InvalidModel,
                           fmt::format("{}: dimension {} of {} is above {}", quotedName(graph.values(), ValueId{v}), i,
                                       shape.dim(i), kMaxDim));
    }
  }
  return {};
}

Status inferAll(Editor& editor) {
  TRIREME_TRY(checkDims(editor.graph()));
  for (uint32_t n = 0; n < editor.graph().nodes().size(); ++n) TRIREME_TRY(inferNode(editor, NodeId{n}));
  return verifyGraph(editor.graph());
}

}  // namespace

Status inferNode(Editor& editor, NodeId id) {
  const Graph& graph = editor.graph();
  const Node& node = graph.node(id);
  const OpRule* rule = findRule(node);
  if (rule == nullptr) return {};  // not implemented: the file's types stand
  InferenceView view(graph, node);
  TRIREME_TRY(rule->infer(view));
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    const InferenceView::Output& result = view.results()[i];
    TensorType& type = editor.value(node.outputs[i]).type;
    if (type.dtype != result.dtype && !rule->inputsDecideType) {
      return Status::error(Code::InvalidModel,
                           fmt::format("{}, output {} {}: the file says {}, its inputs make it {}", describe(node), i,
                                       quotedName(graph.values(), node.outputs[i]), dataTypeName(type.dtype),
                                       dataTypeName(result.dtype)));
    }
    type.dtype = result.dtype;
    type.shape = result.shape;
  }
  return {};
}

Result<Graph> inferShapes(Graph graph, std::span<const InputShape> shapes) {
  Editor editor(std::move(graph));
  for (const InputShape& asked : shapes) {
    TRIREME_TRY(checkInput(editor.graph(), asked));
    editor.value(editor.graph().inputs()[static_cast<size_t>(asked.index)]).type.shape = asked.shape;
  }
  if (Status status = inferAll(editor); !status.ok()) {
    // With shapes of the caller's it is these that the model cannot take.
    return shapes.empty() ? status : Status::error(Code::InvalidArgument, std::string(status.message()));
  }
  return std::move(editor).finishTypes();
}

}  // namespace trireme::graph
