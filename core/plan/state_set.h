#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace trireme::plan {

inline constexpr uint32_t kNoTrace = UINT32_MAX;

// What the search did last to get to a state, and where it came from.
struct Move {
  uint32_t parent = kNoTrace;
  uint32_t node = 0;
  uint16_t delegate = 0;
  bool opens = false;  // a partition
};

// States of one frontier: words that tell them apart, the least cost at which each was reached, and the last move.
class StateSet {
 public:
  explicit StateSet(size_t words) : words_(words) {}
  void add(std::span<const uint32_t> key, double cost,
           const Move& move);  // the earlier one stays where costs are equal
  size_t size() const { return costs_.size(); }
  std::span<const uint32_t> key(size_t state) const { return {keys_.data() + state * words_, words_}; }
  double cost(size_t state) const { return costs_[state]; }
  const Move& move(size_t state) const { return moves_[state]; }
  std::vector<uint32_t> byCost() const;         // cheapest first, of equal ones the earlier
  void keep(std::span<const uint32_t> states);  // only these, in that order; nothing can be added any more
  void setTrace(size_t state, uint32_t trace) { traces_[state] = trace; }
  uint32_t trace(size_t state) const { return traces_[state]; }

 private:
  size_t slotOf(std::span<const uint32_t> key) const;
  void grow();

  size_t words_;
  std::vector<uint32_t> keys_, slots_, traces_;
  std::vector<double> costs_;
  std::vector<Move> moves_;
};

}  // namespace trireme::plan
