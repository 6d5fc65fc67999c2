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

// Whether one of the nodes, pinned perhaps, can run nowhere else.
bool holdsCaptive(const StrategyInput& input, uint32_t delegate, const std::vector<NodeId>& nodes) {
  return std::ranges::any_of(nodes, [&](NodeId node) {
    for (uint32_t other = 0; other < input.facts.size(); ++other) {
      if (other != delegate && input.support.can(other, node)) return false;
    }
    return true;
  });
}

std::string nodeCount(size_t nodes) { return fmt::format("{} node{}", nodes, nodes == 1 ? "" : "s"); }

}  // namespace

void keepWithinLimits(const StrategyInput& input, uint32_t delegate, std::vector<std::vector<NodeId>> candidates,
                      std::vector<Group>& kept, std::vector<Dropped>& dropped) {
  const PartitionLimits limits = limitsOf(input, delegate);
  std::vector<std::vector<NodeId>> pieces;
  for (const std::vector<NodeId>& nodes : candidates) {
    for (std::vector<NodeId>& piece : cut(nodes, limits.maxNodes)) pieces.push_back(std::move(piece));
  }
  if (delegate + 1 != input.facts.size()) {
    const auto rank = [&](const std::vector<NodeId>& piece) {
      return std::pair(holdsCaptive(input, delegate, piece), piece.size());
    };
    std::ranges::stable_sort(pieces, std::ranges::greater(), rank);
  }
  uint32_t count = 0;
  for (std::vector<NodeId>& piece : pieces) {
    if (piece.size() < limits.minNodes) {
      const std::string why =
          fmt::format("its partition of {} is smaller than the least, {}", nodeCount(piece.size()), limits.minNodes);
      dropped.push_back({delegate, std::move(piece), why});
    } else if (count == limits.maxPartitions) {
      const std::string why = fmt::format("its partition of {} is not among the {} largest that may be used",
                                          nodeCount(piece.size()), limits.maxPartitions);
      dropped.push_back({delegate, std::move(piece), why});
    } else {
      kept.push_back({delegate, std::move(piece)});
      ++count;
    }
  }
}

}  // namespace trireme::plan
