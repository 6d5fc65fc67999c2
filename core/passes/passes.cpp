#include "core/passes/passes.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/inference.h"

namespace trireme::passes {
namespace {

constexpr Pass kPasses[] = {
    {"float16-dequantize", foldFloat16},
    {"constant-folding", foldConstants},
    {"identities", removeIdentities},
    {"dead-nodes", removeDeadNodes},
};

Status requireTensors(const Graph& graph, std::span<const std::string> names) {
  for (const std::string& name : names) {
    const auto values = graph.values();
    if (std::any_of(values.begin(), values.end(), [&name](const Value& value) { return value.name == name; })) continue;
    return Status::error(Code::InvalidArgument, fmt::format("there is no tensor '{}' to preserve", name));
  }
  return {};
}

size_t placeInList(std::string_view pass) {
  return size_t(std::ranges::find(passList(), pass, [](const Pass& one) { return std::string_view(one.name); }) -
                passList().begin());
}

std::vector<Change> inOrder(std::vector<Change> changes) {
  std::ranges::sort(changes, {}, [](const Change& one) { return std::pair(one.origin, placeInList(one.pass)); });
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  return changes;
}

}  // namespace

std::span<const Pass> passList() { return kPasses; }

Rewrite::Rewrite(Graph graph, std::string_view pass, Session& session)
    : editor_(std::move(graph)), mustStay_(editor_.graph().values().size(), false), pass_(pass), session_(session) {
  const Graph& source = editor_.graph();
  for (const ValueId id : source.outputs()) mustStay_[index(id)] = true;
  for (const StateSlot& slot : source.state()) mustStay_[index(slot.written)] = true;
  const std::span<const std::string> names = session.preserved;
  for (uint32_t v = 0; v < source.values().size(); ++v) {
    if (std::find(names.begin(), names.end(), source.values()[v].name) == names.end()) continue;
    mustStay_[v] = true;
    editor_.keepValue(ValueId{v});
  }
}

void Rewrite::remove(NodeId id, std::string_view why) {
  const Node& node = editor_.graph().node(id);
  for (const uint32_t origin : node.origins) session_.folded.push_back({origin, fmt::format("{}: {}", pass_, why)});
  note(id);
  for (const ValueId output : node.outputs) {
    if (output == kNoValue) continue;
    for (const NodeId reader : editor_.graph().consumers(output)) note(reader);
  }
  editor_.removeNode(id);
  ++removed_;
}

void Rewrite::note(NodeId id) {
  for (const uint32_t origin : editor_.graph().node(id).origins) session_.changes.push_back({origin, pass_});
}

bool Rewrite::mayFold(size_t bytes, int64_t operations) {
  if (bytes > session_.foldBytes || operations > session_.foldOperations) return false;
  session_.foldBytes -= bytes;
  session_.foldOperations -= operations;
  return true;
}

Result<Graph> Rewrite::finish() && { return std::move(editor_).finish(); }

Result<PassResult> runPasses(Graph graph, std::span<const InputShape> shapes, std::span<const std::string> preserved) {
  TRIREME_TRY(requireTensors(graph, preserved));
  Session session;
  session.preserved = preserved;
  for (const Value& value : graph.values()) session.foldBytes += 4 * value.constant.size();
  PassResult result;
  for (const Pass& pass : passList()) result.reports.push_back({pass.name, 0});
  TRIREME_ASSIGN(result.graph, graph::inferShapes(std::move(graph), shapes));
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < passList().size(); ++i) {
      Rewrite rewrite(std::move(result.graph), passList()[i].name, session);
      TRIREME_TRY(passList()[i].run(rewrite));
      result.reports[i].changed += rewrite.removed();
      changed = changed || rewrite.removed() > 0;
      TRIREME_ASSIGN(result.graph, std::move(rewrite).finish());
    }
    // What became constant may settle shapes.
    if (changed) {
      TRIREME_ASSIGN(result.graph, graph::inferShapes(std::move(result.graph), shapes));
    }
  }
  result.changes = inOrder(std::move(session.changes));
  result.folded = std::move(session.folded);
  std::stable_sort(result.folded.begin(), result.folded.end(),
                   [](const Folded& a, const Folded& b) { return a.origin < b.origin; });
  return result;
}

}  // namespace trireme::passes
