#include "tests/conformance/matrix/pairwise.h"

#include "tests/support/random_tensors.h"

namespace trireme::conformance::matrix {
namespace {

// Which pairs of levels were met: a table for every two factors.
class Pairs {
 public:
  explicit Pairs(const std::vector<size_t>& levels) : levels_(levels) {
    for (size_t a = 0; a < levels.size(); ++a) {
      for (size_t b = a + 1; b < levels.size(); ++b) {
        met_.emplace_back(levels[a] * levels[b]);
        open_ += met_.back().size();
      }
    }
  }
  size_t open() const { return open_; }
  size_t newIn(const Choice& row) const {
    size_t count = 0;
    visit(row, [&](size_t table, size_t at) { count += met_[table][at] ? 0 : 1; });
    return count;
  }
  void meet(const Choice& row) {
    open_ -= newIn(row);
    visit(row, [&](size_t table, size_t at) { met_[table][at] = true; });
  }
  // Completes a row from the first pair that is still open, so that every row covers something.
  void seedWithOpen(Choice& row) const {
    size_t table = 0;
    for (size_t a = 0; a < levels_.size(); ++a) {
      for (size_t b = a + 1; b < levels_.size(); ++b, ++table) {
        for (size_t at = 0; at < met_[table].size(); ++at) {
          if (met_[table][at]) continue;
          row[a] = at / levels_[b];
          row[b] = at % levels_[b];
          return;
        }
      }
    }
  }

 private:
  template <class Visitor>
  void visit(const Choice& row, Visitor visitor) const {
    size_t table = 0;
    for (size_t a = 0; a < row.size(); ++a) {
      for (size_t b = a + 1; b < row.size(); ++b, ++table) visitor(table, row[a] * levels_[b] + row[b]);
    }
  }
  std::vector<size_t> levels_;
  std::vector<std::vector<bool>> met_;
  size_t open_ = 0;
};

}  // namespace

std::vector<Choice> pairwise(const std::vector<size_t>& levels, uint64_t seed) {
  constexpr int kCandidates = 24;
  support::Random random(seed);
  Pairs pairs(levels);
  std::vector<Choice> rows;
  const auto draw = [&] {
    Choice row;
    for (const size_t count : levels) row.push_back(size_t(random.next() % count));
    return row;
  };
  if (levels.size() < 2) {
    for (size_t i = 0; !levels.empty() && i < levels[0]; ++i) rows.push_back({i});
    return rows;
  }
  while (pairs.open() > 0) {
    Choice best;
    size_t most = 0;
    for (int i = 0; i < kCandidates; ++i) {
      Choice row = draw();
      if (i % 2 == 0) pairs.seedWithOpen(row);
      const size_t found = pairs.newIn(row);
      if (found <= most) continue;
      most = found;
      best = std::move(row);
    }
    pairs.meet(best);
    rows.push_back(std::move(best));
  }
  return rows;
}

}  // namespace trireme::conformance::matrix
