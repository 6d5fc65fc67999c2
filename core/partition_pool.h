#pragma once

#include <deque>
#include <mutex>

#include "trireme/plan.h"

namespace trireme::core {

// One planned partition, compiled as often as frames need it: a compiled partition may be bound only `maxBound` times
// at once. Safe from any thread.
class PartitionPool {
 public:
  struct Copy {
    std::unique_ptr<CompiledPartition> compiled;
    int bound = 0;
  };
  // The right to bind a compiled partition once. The pool outlives it.
  class Lease {
   public:
    Lease(PartitionPool& pool, Copy& copy) : pool_(&pool), copy_(&copy) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), copy_(other.copy_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    const CompiledPartition& partition() const { return *copy_->compiled; }

   private:
    PartitionPool* pool_;
    Copy* copy_;
  };

  PartitionPool(const Graph& graph, PlannedPartition partition, Delegate& delegate, const CompileOptions& options);
  // Compiles once; then again until that many frames can be bound.
  Status compile(int frames);
  Result<Lease> lease();
  const PlannedPartition& planned() const { return partition_; }
  const CompiledPartition& first() const { return *first_; }  // after compile()
  size_t weightBytes() const;                                 // of all copies

 private:
  Status addCopy();

  const Graph& graph_;
  PlannedPartition partition_;
  Delegate& delegate_;
  CompileOptions options_;
  mutable std::mutex mutex_;
  std::deque<Copy> copies_;  // never moved: leases point into it
  const CompiledPartition* first_ = nullptr;
};

}  // namespace trireme::core
