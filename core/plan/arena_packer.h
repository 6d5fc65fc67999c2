#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trireme::plan {

// Memory and the steps during which it is in use, both ends included.
struct Lodger {
  size_t bytes = 0, alignment = 1;
  uint32_t first = 0, last = 0;
};
struct Lodging {
  uint32_t arena = 0;  // counted from 0
  size_t offset = 0;
};
struct Packing {
  std::vector<Lodging> lodgings;   // one a lodger
  std::vector<size_t> arenaBytes;  // none larger than the limit, unless a single lodger is
};

// Largest first (of two of one size the earlier in time, then in the list), each at the lowest free offset of the first
// arena that has one within the limit. Two lodgers that meet in time never share a byte.
Packing pack(const std::vector<Lodger>& lodgers, size_t limit);

}  // namespace trireme::plan
