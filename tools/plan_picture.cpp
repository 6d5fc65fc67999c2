#include "tools/plan_picture.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "core/graph/op_table.h"
#include "core/plan/layout.h"
#include "core/plan/time_text.h"
#include "tools/describe.h"

namespace trireme::tools {
namespace {

// Light enough for black words, apart for every kind of colour vision; delegates in turn take them.
struct Look {
  std::string_view fill, line;
};
constexpr Look kLooks[] = {{"#b3d7f2", "solid"}, {"#fbd9a0", "dashed"}, {"#bfe5d3", "dotted"},
                           {"#f2c4dd", "bold"},  {"#f5f0a8", "dashed"}, {"#dddddd", "solid"}};
const Look& lookOf(uint32_t delegate) { return kLooks[delegate % std::size(kLooks)]; }

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter == '\n' ? ' ' : letter;
  }
  return result;
}

class Picture {
 public:
  explicit Picture(const CompiledModel& compiled)
      : graph_(compiled.graph()),
        plan_(compiled.plan()),
        names_(delegateNames(compiled)),
        partitionOf_(graph_.nodes().size(), kNoPartition) {
    for (uint32_t p = 0; p < plan_.partitions.size(); ++p) {
      for (const NodeId node : plan_.partitions[p].nodes) partitionOf_[index(node)] = p;
    }
    for (const CopyStep& copy : copiesOf(compiled)) copies_[copy.value].push_back(copy);
  }

  std::string draw() {
    text_ = fmt::format("digraph \"{}\" {{\n", escaped(graph_.name()));
    text_ += "  graph [fontname=\"Helvetica\", fontsize=12, ranksep=0.35, nodesep=0.25, labelloc=t, labeljust=l];\n";
    text_ += "  node [fontname=\"Helvetica\", fontsize=11, shape=box, style=\"rounded,filled\", fillcolor=white];\n";
    text_ += "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"];\n";
    drawLegend();
    drawEnds();
    for (uint32_t p = 0; p < plan_.partitions.size(); ++p) drawPartition(p);
    drawEdges();
    return std::move(text_) + "}\n";
  }

 private:
  void drawLegend() {
    std::set<uint32_t> used;
    for (const PlannedPartition& partition : plan_.partitions) used.insert(partition.delegate);
    double copying = 0;
    size_t copies = 0;
    for (const auto& [value, list] : copies_) {
      copies += list.size();
      for (const CopyStep& copy : list) copying += plan_.steps[copy.step].predicted.seconds;
    }
    text_ += "  subgraph cluster_legend {\n";
    text_ += fmt::format("    label=\"strategy {}{}, predicted {}\"; style=filled; fillcolor=white; color=black;\n",
                         plan_.strategy, plan_.proven ? ", proven" : "", plan::timeText(plan_.predicted.seconds));
    for (const uint32_t delegate : used) {
      double seconds = 0;
      size_t nodes = 0, partitions = 0;
      for (const PlannedPartition& partition : plan_.partitions) {
        if (partition.delegate != delegate) continue;
        seconds += partition.predicted.seconds;
        nodes += partition.nodes.size();
        ++partitions;
      }
      text_ += fmt::format("    legend{} [label=\"{}\\n{} in {}, {}\", fillcolor=\"{}\", style=\"filled,{}\"];\n",
                           delegate, escaped(names_[delegate]), plan::countText(nodes, "node"),
                           plan::countText(partitions, "partition"), plan::timeText(seconds), lookOf(delegate).fill,
                           lookOf(delegate).line);
    }
    text_ += fmt::format("    legendCopies [label=\"thick edges: {}, {}\", shape=plaintext, style=\"\"];\n  }}\n",
                         plan::countText(copies, "copy"), plan::timeText(copying));
  }

  void drawEllipse(const std::string& name, const Value& value) {
    text_ +=
        fmt::format("  {} [shape=ellipse, label=\"{}\\n{} {}\"];\n", name, escaped(plan::shortened(value.name, 40)),
                    dataTypeName(value.type.dtype), value.type.shape.text());
  }

  void drawEnds() {
    for (const ValueId id : graph_.inputs()) drawEllipse(fmt::format("v{}", index(id)), graph_.value(id));
    for (const StateSlot& slot : graph_.state())
      drawEllipse(fmt::format("v{}", index(slot.read)), graph_.value(slot.read));
    for (size_t i = 0; i < graph_.outputs().size(); ++i) {
      drawEllipse(fmt::format("o{}", i), graph_.value(graph_.outputs()[i]));
    }
  }

  void drawPartition(uint32_t number) {
    const PlannedPartition& partition = plan_.partitions[number];
    const Look& look = lookOf(partition.delegate);
    text_ += fmt::format("  subgraph cluster_{} {{\n    label=\"partition {}: {}, {}\"; style=\"filled,{}\";\n", number,
                         number, escaped(names_[partition.delegate]), plan::timeText(partition.predicted.seconds),
                         look.line);
    text_ += fmt::format("    fillcolor=\"{}\"; color=black; penwidth={};\n", look.fill, look.line == "bold" ? 3 : 1.5);
    for (const NodeId node : partition.nodes) {
      const Node& facts = graph_.node(node);
      text_ += fmt::format("    n{} [label=\"{} {}\"];\n", index(node), plan::rangesText(facts.origins),
                           escaped(graph::nodeName(facts)));
    }
    text_ += "  }\n";
  }

  // The copies that carry the value between two delegates; kHost: an end of the model.
  std::string copyLabel(ValueId value, uint32_t from, uint32_t to) {
    const auto found = copies_.find(value);
    if (found == copies_.end() || from == to) return "";
    size_t bytes = 0;
    double seconds = 0;
    bool any = false;
    for (const CopyStep& copy : found->second) {
      const bool leaves = from != kHost && copy.from == names_[from], arrives = to != kHost && copy.to == names_[to];
      if (!leaves && !arrives) continue;
      any = true;
      bytes += copy.bytes;
      seconds += plan_.steps[copy.step].predicted.seconds;
    }
    if (!any) return "";
    if (!drawn_.insert({value, to}).second) return "the same copy";
    return fmt::format("{}, {}", bytes == 0 ? "handed over" : "copy " + plan::bytesText(bytes),
                       plan::timeText(seconds));
  }

  uint32_t delegateOf(uint32_t node) const {
    return partitionOf_[node] == kNoPartition ? kHost : plan_.partitions[partitionOf_[node]].delegate;
  }

  void drawEdge(ValueId value, const std::string& to, uint32_t receiver) {
    const std::optional<NodeId> producer = graph_.producer(value);
    const std::string from = producer ? fmt::format("n{}", index(*producer)) : fmt::format("v{}", index(value));
    const std::string copy = copyLabel(value, producer ? delegateOf(index(*producer)) : kHost, receiver);
    text_ += fmt::format("  {} -> {}", from, to);
    text_ += copy.empty() ? fmt::format(" [label=\"{}\"];\n", graph_.value(value).type.shape.text())
                          : fmt::format(" [label=\"{}\", penwidth=3, color=black];\n", copy);
  }

  void drawEdges() {
    for (uint32_t n = 0; n < graph_.nodes().size(); ++n) {
      for (const ValueId id : graph_.nodes()[n].inputs) {
        if (id == kNoValue || graph_.value(id).isConstant) continue;
        drawEdge(id, fmt::format("n{}", n), delegateOf(n));
      }
    }
    for (size_t i = 0; i < graph_.outputs().size(); ++i) {
      if (!graph_.value(graph_.outputs()[i]).isConstant) drawEdge(graph_.outputs()[i], fmt::format("o{}", i), kHost);
    }
  }

  const Graph& graph_;
  const ExecutionPlan& plan_;
  std::vector<std::string> names_;
  std::vector<uint32_t> partitionOf_;
  std::map<ValueId, std::vector<CopyStep>> copies_;
  std::set<std::pair<ValueId, uint32_t>> drawn_;  // copies that have their label, by the delegate that gets them
  std::string text_;
};

}  // namespace

std::string planPicture(const CompiledModel& compiled) { return Picture(compiled).draw(); }

}  // namespace trireme::tools
