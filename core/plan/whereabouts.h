#pragma once

#include "core/plan/search_tables.h"

namespace trireme::plan {

// Where a live value can be read, packed in 32 bits so that states compare fast. The host and the devices that share
// host memory own it one at a time: of their bits at most one is set.
struct Place {
  uint32_t bits = 0;
  static Place at(uint32_t space) { return Place{1u << space | space << 16}; }
  uint32_t holders() const { return bits & 0xffff; }
  uint32_t source() const { return bits >> 16 & 0xf; }  // who has it while no owner does
  uint32_t run() const { return bits >> 20; }           // 1 + delegate, while the partition that made it may still fuse
  void hold(uint32_t holders, uint32_t source) { bits = holders | source << 16 | run() << 20; }
  void setRun(uint32_t run) { bits = (bits & 0xfffff) | run << 20; }
};

// The arithmetic of copies and hand-overs, as schedule.cpp does them. Relaxed: shared memory has any number of owners,
// so that the order of the readers does not matter and the price is never above the true one.
class Whereabouts {
 public:
  Whereabouts(const SearchTables& tables, bool relaxed) : tables_(tables), relaxed_(relaxed) {}
  // What it costs to let that delegate, or the host, read the value; the place follows.
  double read(Place& place, const SearchValue& value, uint32_t delegate) const {
    return bring(place, value, tables_.spaceOf[delegate], value.up[delegate], tables_.acquire[delegate]);
  }
  double readOnHost(Place& place, const SearchValue& value) const { return bring(place, value, 0, 0, 0); }
  // Whether the value is paid for on the host as soon as it is made, if it is wanted there at the end.
  bool earlyEnd(const SearchValue& value) const { return plain(value); }
  // Forgets what cannot matter to those that may still read it, a set of spaces.
  void simplify(Place& place, const SearchValue& value, uint32_t useful) const;
  // At most so much more is paid from `a` on than from `b`, whatever follows.
  double distance(Place a, Place b, const SearchValue& value, uint32_t useful) const;

 private:
  bool plain(const SearchValue& value) const { return relaxed_ || value.importers == 0; }
  double leave(const SearchValue& value, uint32_t space) const {
    return value.importers >> space & 1 ? tables_.release[space] : value.down[space];
  }
  double bring(Place& place, const SearchValue& value, uint32_t space, double up, double acquire) const;
  double bringShared(Place& place, const SearchValue& value, uint32_t space, double up, double acquire) const;

  const SearchTables& tables_;
  bool relaxed_;
};

}  // namespace trireme::plan
