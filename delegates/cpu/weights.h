#pragma once

#include <new>

#include "trireme/status.h"

namespace trireme::cpu {

// Memory for packed weights, aligned to cache lines and never resized. Shared by all that a partition binds.
class PackedWeights {
 public:
  // OutOfMemory where the system says no.
  static Result<std::shared_ptr<PackedWeights>> create(size_t bytes);
  std::byte* data() { return bytes_.get(); }
  template <class T>
  T* as() {
    return reinterpret_cast<T*>(bytes_.get());
  }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const noexcept { ::operator delete (bytes, std::align_val_t{64}); }
  };
  std::unique_ptr<std::byte, Free> bytes_;
  size_t size_ = 0;
};

}  // namespace trireme::cpu
