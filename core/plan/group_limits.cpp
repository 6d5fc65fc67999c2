#include "core/plan/group_limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::plan {
namespace {

// Pieces in node order: an edge inside a convex group never leads back to an earlier piece.
std::vector<std::vector<NodeId>> cut(const std::vector<NodeId>& nodes, uint32_t maxNodes) {
  std::vector<std::vector<NodeId>> pieces;
  for (size_t begin = 0; begin < nodes.size(); begin += maxNodes) {
    const size_t end = std::min(nodes.size(), begin + maxNodes);
    pieces.emplace_back(nodes.begin() + ptrdiff_t(begin), nodes.begin() + ptrdiff_t(end));
  }
  return pieces;
}

std::string nodeCount(size_t nodes) { return fmt::format("{} node{}", nodes, nodes == 1 ? "" : "s"); }

}  // namespace

void keepWithinLimits(const StrategyInput& input, uint32_t delegate, std::vector<std::vector<NodeId>> candidates,
                      std::vector<Group>& kept, std::vector<Dropped>& dropped) {
  if (delegate + 1 == input.facts.size()) {
    for (std::vector<NodeId>& nodes : candidates) kept.push_back({delegate, std::move(nodes)});
    return;
  }
  const PartitionLimits& limits = input.facts[delegate].limits;
  const uint32_t minNodes = std::max(input.minNodes, limits.minNodes);
  const uint32_t maxPartitions = std::min(input.maxPartitions, limits.maxPartitions);
  std::vector<std::vector<NodeId>> pieces;
  for (const std::vector<NodeId>& nodes : candidates) {
    for (std::vector<NodeId>& piece : cut(nodes, std::max(1u, limits.maxNodes))) pieces.push_back(std::move(piece));
  }
  std::ranges::stable_sort(pieces, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  uint32_t count = 0;
  for (std::vector<NodeId>& piece : pieces) {
    if (piece.size() < minNodes) {
      const std::string why =
          fmt::format("its partition of {} is smaller than the least, {}", nodeCount(piece.size()), minNodes);
      dropped.push_back({delegate, std::move(piece), why});
    } else if (count == maxPartitions) {
      const std::string why = fmt::format("its partition of {} is not among the {} largest that may be used",
                                          nodeCount(piece.size()), maxPartitions);
      dropped.push_back({delegate, std::move(piece), why});
    } else {
      kept.push_back({delegate, std::move(piece)});
      ++count;
    }
  }
}

}  // namespace trireme::plan
