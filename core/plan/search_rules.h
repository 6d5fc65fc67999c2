#pragma once

#include <optional>

#include "core/plan/frontier.h"

namespace trireme::plan {

// What states mean: how one follows from another, what it costs, and when one is surely better than another. A state's
// words: the head (the delegate that runs and how many nodes its partition has; how many partitions each counted
// delegate has had; in a relaxed search only the set of delegates used), then a Place for each live value.
class SearchRules {
 public:
  SearchRules(const SearchTables& tables, bool relaxed);
  size_t headWords() const { return relaxed_ ? 1 : 1 + tables_.counted.size(); }
  const Whereabouts& where() const { return where_; }
  std::vector<uint32_t> firstState(const Frontier& first) const;
  // Runs the advance's node on a delegate, in the partition that is open or in a new one; the words go to `to`. None:
  // that may not be, or gains nothing over the other way.
  std::optional<double> apply(const Frontier& from, std::span<const uint32_t> state, const Frontier& to,
                              const Advance& advance, uint32_t delegate, bool opens,
                              std::vector<uint32_t>& words) const;
  // Whether whatever follows from b costs no less than from a.
  bool beats(const Frontier& frontier, uint32_t a, uint32_t b) const;
  bool mayEnd(std::span<const uint32_t> state) const;

 private:
  std::optional<double> changeHead(std::span<const uint32_t> state, uint32_t delegate, bool opens,
                                   std::vector<uint32_t>& words) const;
  std::optional<double> headDistance(std::span<const uint32_t> a, std::span<const uint32_t> b) const;
  uint32_t nodesWorthKnowing(uint32_t delegate, uint32_t nodes) const;

  const SearchTables& tables_;
  bool relaxed_;
  Whereabouts where_;
  mutable std::vector<Place> places_;  // scratch
};

}  // namespace trireme::plan
