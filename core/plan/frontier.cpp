#include "core/plan/frontier.h"

#include <algorithm>

namespace trireme::plan {
namespace {

uint32_t position(const std::vector<uint32_t>& sorted, uint32_t one) {
  return uint32_t(std::ranges::lower_bound(sorted, one) - sorted.begin());
}

bool wanted(const Frontier& frontier, const SearchValue& value) {
  return std::ranges::any_of(value.readers, [&](uint32_t reader) { return !frontier.isDone(reader); });
}

void finish(const SearchTables& tables, Frontier& frontier, size_t headWords) {
  for (uint32_t value : frontier.live) {
    uint32_t spaces = 0;
    for (uint32_t reader : tables.values[value].readers) {
      if (!frontier.isDone(reader)) spaces |= tables.nodes[reader].spaces;
    }
    frontier.useful.push_back(spaces);
  }
  frontier.states = StateSet(headWords + frontier.live.size());
}

}  // namespace

Frontier firstFrontier(const SearchTables& tables, size_t headWords) {
  Frontier first;
  first.done.resize(tables.nodes.size() / 64 + 1, 0);
  for (uint32_t i = 0; i < tables.values.size(); ++i) {
    if (tables.values[i].given && !tables.values[i].readers.empty()) first.live.push_back(i);
  }
  for (uint32_t i = 0; i < tables.nodes.size(); ++i) {
    first.rest += tables.nodes[i].least;
    if (tables.nodes[i].waits.empty()) first.ready.push_back(i);
  }
  finish(tables, first, headWords);
  return first;
}

Frontier nextFrontier(const SearchTables& tables, const Frontier& frontier, uint32_t node, size_t headWords) {
  Frontier next;
  next.done = frontier.done;
  next.done[node / 64] |= uint64_t(1) << (node % 64);
  next.rest = frontier.rest - tables.nodes[node].least;
  for (uint32_t value : frontier.live) {
    if (wanted(next, tables.values[value])) next.live.push_back(value);
  }
  for (uint32_t value : tables.nodes[node].writes) {
    if (!tables.values[value].readers.empty()) next.live.push_back(value);
  }
  std::ranges::sort(next.live);
  for (uint32_t one : frontier.ready) {
    if (one != node) next.ready.push_back(one);
  }
  for (uint32_t one : tables.nodes[node].next) {
    if (std::ranges::all_of(tables.nodes[one].waits, [&](uint32_t before) { return next.isDone(before); })) {
      next.ready.push_back(one);
    }
  }
  std::ranges::sort(next.ready);
  finish(tables, next, headWords);
  return next;
}

Advance advanceTo(const SearchTables& tables, const Whereabouts& where, const Frontier& from, const Frontier& to,
                  uint32_t node) {
  Advance advance{node, {}, {}, {}};
  for (uint32_t value : tables.nodes[node].reads) advance.reads.push_back(position(from.live, value));
  for (uint32_t i = 0; i < from.live.size(); ++i) {
    const SearchValue& value = tables.values[from.live[i]];
    const bool gone = !std::ranges::binary_search(to.live, from.live[i]);
    if (gone && value.atEnd && !value.given && !where.earlyEnd(value)) advance.endings.push_back(i);
  }
  const std::vector<uint32_t>& writes = tables.nodes[node].writes;
  for (uint32_t value : to.live) {
    const auto written = std::ranges::find(writes, value);
    advance.from.push_back(written == writes.end() ? position(from.live, value)
                                                   : uint32_t(from.live.size()) + uint32_t(written - writes.begin()));
  }
  return advance;
}

}  // namespace trireme::plan
