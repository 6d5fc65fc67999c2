// The long part of an explanation: a line a node of the file.
#include <fmt/format.h>

#include <algorithm>

#include "core/plan/explained.h"
#include "core/plan/layout.h"
#include "core/plan/time_text.h"

namespace trireme::plan {
namespace {

constexpr size_t kOperatorColumns = 24;

class NodeWriter {
 public:
  explicit NodeWriter(const Explained& all) : all_(all), names_(widthOfNames(all)) {
    const auto placements = all.input.placements;
    for (size_t i = 0; i < placements.size();) {
      Row row{i, fmt::format("{}", placements[i].origins.front())};
      while (i + 1 < placements.size() && sameFate(placements[i], placements[i + 1])) ++i;
      if (i > row.placement) row.nodes += fmt::format("-{}", placements[i].origins.front());
      numbers_ = std::max(numbers_, row.nodes.size());
      operators_ = std::max(operators_, std::min(opName(placements[i].op).size(), kOperatorColumns));
      rows_.push_back(std::move(row));
      ++i;
    }
  }

  std::string write() const {
    std::string text =
        "\nwhy: before, or though, the next best delegate (its price for the node alone); [n] refused, above\n";
    text += fmt::format("{:>{}}  {:<{}}  {:>4}  {:<{}}  {:>9}  {}\n", "node", numbers_, "operator", operators_, "part",
                        "delegate", names_, "price", "why");
    for (const Row& row : rows_) text += line(row);
    return text;
  }

 private:
  struct Row {
    size_t placement;  // the first of its nodes
    std::string nodes;
  };
  // Neighbours that were folded away alike share a line.
  static bool sameFate(const Placement& a, const Placement& b) {
    return a.partition == kNoPartition && b.partition == kNoPartition && a.op == b.op && a.why == b.why &&
           a.passes == b.passes;
  }

  const Candidate* candidate(const Placement& placement, uint32_t delegate) const {
    for (const Candidate& one : placement.candidates) {
      if (one.delegate == delegate) return &one;
    }
    return nullptr;
  }

  std::string comparison(const Placement& placement) const {
    if (placement.why.starts_with("pinned to ")) return placement.why;
    if (!placement.runnerUp) return "";
    const uint32_t chosen = all_.input.plan.partitions[placement.partition].delegate;
    const Candidate *own = candidate(placement, chosen), *other = candidate(placement, *placement.runnerUp);
    if (own == nullptr || other == nullptr) return "";
    return fmt::format("{} {} {}", other->predicted.seconds < own->predicted.seconds ? "though" : "before",
                       all_.input.names[*placement.runnerUp], timeText(other->predicted.seconds));
  }

  // Where the price comes from, when that is not where most of this delegate's prices come from.
  std::string source(const Placement& placement) const {
    const uint32_t delegate = all_.input.plan.partitions[placement.partition].delegate;
    const Candidate* own = candidate(placement, delegate);
    const bool usual = own == nullptr || own->predicted.source == usualSource(sourcesOf(all_, delegate));
    return usual ? "" : fmt::format("price {}", sourceName(own->predicted.source));
  }

  // "[1] [4: 'conv1', 32]"
  std::string refusals(size_t placement) const {
    std::string text;
    for (const Mention& mention : all_.refusals.mentions[placement]) {
      text += fmt::format("{}[{}{}{}]", text.empty() ? "" : " ", all_.numberOf[mention.group],
                          mention.differing.empty() ? "" : ": ", mention.differing);
    }
    return text;
  }

  std::string why(size_t i) const {
    const Placement& placement = all_.input.placements[i];
    std::string text;
    if (placement.partition == kNoPartition) {
      text = placement.why;
    } else if (placement.fusedInto) {
      const bool merged = placement.why.starts_with("merged");
      text = merged ? placement.why : fmt::format("computed with node {}", *placement.fusedInto);
      if (!merged) text = joinedText(text, comparison(placement));
    } else {
      text = comparison(placement);
    }
    if (placement.partition != kNoPartition) text = joinedText(text, source(placement));
    text = joinedText(text, refusals(i));
    std::string passes;
    for (const std::string& pass : placement.passes) {
      if (!placement.why.starts_with(pass + ":")) passes += (passes.empty() ? "" : ", ") + pass;
    }
    return joinedText(text, passes.empty() ? "" : "changed by " + passes);
  }

  std::string line(const Row& row) const {
    const Placement& placement = all_.input.placements[row.placement];
    const bool planned = placement.partition != kNoPartition;
    return wrapped(fmt::format("{:>{}}  {:<{}}  {:>4}  {:<{}}  {:>9}  ", row.nodes, numbers_,
                               shortened(opName(placement.op), kOperatorColumns), operators_,
                               planned ? fmt::format("{}", placement.partition) : "-",
                               planned ? all_.name(all_.input.plan.partitions[placement.partition].delegate) : "-",
                               names_, planned ? timeText(all_.seconds[row.placement]) : "-"),
                   why(row.placement));
  }

  const Explained& all_;
  size_t numbers_ = 4, operators_ = 8, names_;
  std::vector<Row> rows_;
};

}  // namespace

std::string writeNodes(const Explained& explained) { return NodeWriter(explained).write(); }

}  // namespace trireme::plan
