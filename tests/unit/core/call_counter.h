#pragma once

#include <cstdint>

// Counts what this program asks of the allocator and of locks, in every thread, but for what is marked as foreign.
// Stands in for the C library's own functions, so a program of its own; not under a sanitizer, which does the same.
namespace trireme::calls {

bool counts();  // false: under a sanitizer

struct Count {
  uint64_t allocations = 0, locks = 0;
  bool operator==(const Count&) const = default;
};
Count now();
inline Count operator-(const Count& a, const Count& b) { return {a.allocations - b.allocations, a.locks - b.locks}; }

// What the calling thread does while one lives is not counted.
class Foreign {
 public:
  Foreign();
  ~Foreign();
  Foreign(const Foreign&) = delete;
  Foreign& operator=(const Foreign&) = delete;
};
// Threads that make their first such call while one lives are foreign for good.
class ForeignThreads {
 public:
  ForeignThreads();
  ~ForeignThreads();
  ForeignThreads(const ForeignThreads&) = delete;
  ForeignThreads& operator=(const ForeignThreads&) = delete;
};

}  // namespace trireme::calls
