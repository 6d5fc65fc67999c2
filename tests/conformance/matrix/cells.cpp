#include "tests/conformance/matrix/cells.h"

#include <algorithm>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

uint64_t seedOf(std::string_view name) {
  uint64_t hash = 1469598103934665603u;
  for (const char letter : name) hash = (hash ^ uint8_t(letter)) * 1099511628211u;
  return hash;
}

std::string nameOf(OpKind op, Form form) { return std::string(opName(op)) + " " + std::string(formName(form)); }

Cells makeAll(Density density) {
  Cells cells(density);
  for (void (*family)(Cells&) : families()) family(cells);
  cells.gather();
  return cells;
}

}  // namespace

std::string Group::name() const { return nameOf(op, form); }

void Cells::add(OpKind op, Form form, const std::string& parameters,
                const std::function<void(OpCase&, support::Random&)>& make, OpParams params) {
  OpCase row(nameOf(op, form) + ": " + parameters, op, std::move(params));
  support::Random random(seedOf(row.name()));
  make(row, random);
  if (const Status status = row.inferOutputs(); !status.ok()) {
    wrong_.push_back(row.name() + ": " + std::string(status.message()));
    return;
  }
  auto group =
      std::find_if(groups_.begin(), groups_.end(), [&](const Group& one) { return one.op == op && one.form == form; });
  if (group == groups_.end()) group = groups_.insert(groups_.end(), {op, form, {}});
  const auto same = [&](const OpCase& one) { return one.name() == row.name(); };
  if (std::none_of(group->cells.begin(), group->cells.end(), same)) group->cells.push_back(std::move(row));
}

void Cells::gather() {
  std::vector<OpKind> order;
  for (const Group& group : groups_) order.push_back(group.op);
  const auto first = [&](const Group& group) { return std::find(order.begin(), order.end(), group.op); };
  std::stable_sort(groups_.begin(), groups_.end(), [&](const Group& a, const Group& b) { return first(a) < first(b); });
}

std::vector<Choice> Cells::choose(OpKind op, Form form, const std::vector<size_t>& levels, size_t most) const {
  constexpr uint64_t kDenseSeeds = 6;
  const uint64_t seed = seedOf(nameOf(op, form));
  std::vector<Choice> rows = pairwise(levels, seed);
  if (!dense()) {
    rows.resize(std::min(rows.size(), most));
    return rows;
  }
  for (uint64_t more = 1; more < kDenseSeeds; ++more) {
    for (Choice& row : pairwise(levels, seed + more)) rows.push_back(std::move(row));
  }
  return rows;
}

const Cells& allCells(Density density) {
  static const Cells kUsual = makeAll(Density::Usual);
  if (density == Density::Usual) return kUsual;
  static const Cells kDense = makeAll(Density::Dense);
  return kDense;
}

}  // namespace trireme::conformance::matrix
