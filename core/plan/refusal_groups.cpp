#include "core/plan/refusal_groups.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/plan/layout.h"

namespace trireme::plan {
namespace {

constexpr size_t kLongestName = 40;

// A sentence cut into what it says and what it says it of: quoted names and numbers. The pieces in turn, a literal
// first, give the sentence again.
struct Pieces {
  std::vector<std::string> literals, slots;
};

bool isEdge(std::string_view text, size_t at) {
  return at >= text.size() || std::string_view(" ,;:()").find(text[at]) != std::string_view::npos;
}

// Where the name or number that starts at `at` ends; `at`: none starts there.
size_t endOfSlot(std::string_view text, size_t at) {
  if (at > 0 && !isEdge(text, at - 1)) return at;
  if (text[at] == '\'') {
    for (size_t end = text.find('\'', at + 1); end != std::string_view::npos; end = text.find('\'', end + 1)) {
      if (isEdge(text, end + 1)) return end + 1;
    }
    return at;
  }
  const size_t digits = text[at] == '-' ? at + 1 : at;
  if (digits >= text.size() || text[digits] < '0' || text[digits] > '9') return at;
  const size_t end = text.find_first_not_of("0123456789.e+-", digits);
  const size_t stop = end == std::string_view::npos ? text.size() : end;
  return isEdge(text, stop) ? stop : at;
}

Pieces cut(std::string_view text) {
  Pieces pieces;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = endOfSlot(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    pieces.literals.emplace_back(text.substr(begin, at - begin));
    pieces.slots.emplace_back(text.substr(at, end - at));
    begin = at = end;
  }
  pieces.literals.emplace_back(text.substr(begin));
  return pieces;
}

using Key = std::tuple<uint32_t, ReasonCode, std::vector<std::string>>;

struct Member {
  uint32_t group;
  Pieces pieces;
};

class Grouping {
 public:
  explicit Grouping(std::span<const Placement> placements) : members_(placements.size()) {
    for (size_t p = 0; p < placements.size(); ++p) {
      for (const Candidate& candidate : placements[p].candidates) {
        for (const Reason& reason : candidate.support.reasons()) add(p, placements[p], candidate.delegate, reason);
      }
    }
  }

  Refusals finish() {
    for (size_t g = 0; g < refusals_.groups.size(); ++g) refusals_.groups[g].sentence = sentence(g);
    for (const std::vector<Member>& list : members_) {
      refusals_.mentions.emplace_back();
      for (const Member& member : list) refusals_.mentions.back().push_back({member.group, differing(member)});
    }
    return std::move(refusals_);
  }

 private:
  void add(size_t placement, const Placement& node, uint32_t delegate, const Reason& reason) {
    Pieces pieces = cut(reason.detail);
    const auto [found, isNew] =
        numbers_.try_emplace(Key{delegate, reason.code, pieces.literals}, uint32_t(refusals_.groups.size()));
    if (isNew) {
      refusals_.groups.push_back({delegate, reason.code, "", {}});
      samples_.push_back(pieces);
      differs_.emplace_back(pieces.slots.size(), false);
    }
    const uint32_t group = found->second;
    std::vector<uint32_t>& nodes = refusals_.groups[group].nodes;
    if (nodes.empty() || nodes.back() != node.origins.front()) nodes.push_back(node.origins.front());
    for (size_t i = 0; i < pieces.slots.size(); ++i) {
      if (pieces.slots[i] != samples_[group].slots[i]) differs_[group][i] = true;
    }
    members_[placement].push_back({group, std::move(pieces)});
  }

  std::string sentence(size_t group) const {
    const Pieces& pieces = samples_[group];
    std::string text;
    for (size_t i = 0; i < pieces.slots.size(); ++i) {
      text += pieces.literals[i] + (differs_[group][i] ? "*" : pieces.slots[i]);
    }
    return text + pieces.literals.back();
  }

  std::string differing(const Member& member) const {
    std::string text;
    for (size_t i = 0; i < member.pieces.slots.size(); ++i) {
      if (!differs_[member.group][i]) continue;
      text += fmt::format("{}{}", text.empty() ? "" : ", ", shortened(member.pieces.slots[i], kLongestName));
    }
    return text;
  }

  Refusals refusals_;
  std::map<Key, uint32_t> numbers_;
  std::vector<Pieces> samples_;             // of each group, its first
  std::vector<std::vector<bool>> differs_;  // of each group, each slot
  std::vector<std::vector<Member>> members_;
};

}  // namespace

Refusals groupRefusals(std::span<const Placement> placements) { return Grouping(placements).finish(); }

}  // namespace trireme::plan
