#include "core/plan/explained.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/graph/work.h"
#include "core/plan/layout.h"

namespace trireme::plan {
namespace {

using PlacementOf = std::map<uint32_t, uint32_t>;  // operator index in the file -> position

void priceNodes(Explained& all) {
  const ExplainInput& input = all.input;
  std::map<uint32_t, NodeId> nodeOf;  // the operator that a node is priced under
  for (uint32_t i = 0; i < input.graph.nodes().size(); ++i) {
    nodeOf.emplace(input.graph.nodes()[i].origins.front(), NodeId{i});
  }
  for (const Placement& placement : input.placements) {
    const auto found = nodeOf.find(placement.origins.front());
    const bool runs = found != nodeOf.end() && placement.partition != kNoPartition;
    all.macs.push_back(runs ? graph::nodeWork(input.graph, found->second).macs : 0);
    all.seconds.push_back(0);
    if (!runs) continue;
    for (const Candidate& candidate : placement.candidates) {
      const bool here = candidate.delegate == input.plan.partitions[placement.partition].delegate;
      if (here) all.seconds.back() = candidate.predicted.seconds;
    }
  }
}

void priceGroups(Explained& all) {
  PlacementOf position;
  for (uint32_t p = 0; p < all.input.placements.size(); ++p) position[all.input.placements[p].origins.front()] = p;
  for (const RefusalGroup& group : all.refusals.groups) {
    double seconds = 0;
    size_t copies = 0;
    for (const uint32_t node : group.nodes) seconds += all.seconds[position[node]];
    for (const CopyCause& copy : all.copies) {
      if (!copy.refused || copy.refused->first != group.delegate) continue;
      if (!std::ranges::binary_search(group.nodes, copy.refused->second)) continue;
      seconds += all.step(copy).predicted.seconds;
      ++copies;
    }
    all.groupSeconds.push_back(seconds);
    all.groupCopies.push_back(copies);
  }
}

void orderGroups(Explained& all) {
  const auto& groups = all.refusals.groups;
  all.order.resize(groups.size());
  std::iota(all.order.begin(), all.order.end(), 0U);
  std::ranges::stable_sort(all.order, [&](uint32_t a, uint32_t b) {
    if (groups[a].delegate != groups[b].delegate) return groups[a].delegate < groups[b].delegate;
    return all.groupSeconds[a] > all.groupSeconds[b];
  });
  all.numberOf.resize(groups.size());
  for (uint32_t i = 0; i < all.order.size(); ++i) all.numberOf[all.order[i]] = i + 1;
}

}  // namespace

std::string Explained::name(uint32_t delegate) const {
  return delegate == kHost ? "host" : shortened(input.names[delegate], kNameColumns);
}

size_t widthOfNames(const Explained& explained) {
  size_t width = 8;
  for (const std::string& name : explained.input.names) width = std::max(width, std::min(name.size(), kNameColumns));
  return width;
}

Sources sourcesOf(const Explained& all, uint32_t delegate) {
  Sources counts{};
  for (const Placement& placement : all.input.placements) {
    for (const Candidate& candidate : placement.candidates) {
      if (candidate.delegate == delegate && candidate.support.ok()) ++counts[size_t(candidate.predicted.source)];
    }
  }
  return counts;
}

Cost::Source usualSource(const Sources& counts) {
  return Cost::Source(std::ranges::max_element(counts) - counts.begin());
}

Explained gather(const ExplainInput& input) {
  Explained all{.input = input, .refusals = groupRefusals(input.placements)};
  all.copies = copyCauses({input.graph, input.plan, input.placements, input.names});
  priceNodes(all);
  priceGroups(all);
  orderGroups(all);
  return all;
}

}  // namespace trireme::plan
