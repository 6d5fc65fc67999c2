#include "core/graph/tensor_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace trireme::graph {
namespace {

constexpr size_t kMost = 5;       // names in a sentence
constexpr size_t kLongest = 200;  // bytes of a name that are compared

// How many letters must be put in, taken out or changed to make one of the other.
size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kLongest);
  b = b.substr(0, kLongest);
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearestTensors(const Graph& graph, std::string_view name) {
  std::vector<std::pair<size_t, std::string_view>> known;
  for (const Value& value : graph.values()) {
    if (!value.isConstant && !value.name.empty()) known.emplace_back(distance(name, value.name), value.name);
  }
  if (known.empty()) return "none of its tensors has a name";
  std::ranges::stable_sort(known, {}, &std::pair<size_t, std::string_view>::first);
  std::string list;
  for (size_t i = 0; i < std::min(kMost, known.size()); ++i) {
    list += fmt::format("{}'{}'", i == 0 ? "" : ", ", known[i].second);
  }
  return known.size() <= kMost ? fmt::format("its tensors: {}", list)
                               : fmt::format("the nearest of its {} tensors: {}", known.size(), list);
}

}  // namespace trireme::graph
