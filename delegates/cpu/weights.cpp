#include "delegates/cpu/weights.h"

#include <string>

namespace trireme::cpu {

Result<std::shared_ptr<PackedWeights>> PackedWeights::create(size_t bytes) {
  auto weights = std::make_shared<PackedWeights>();
  void* memory = ::operator new (bytes == 0 ? 1 : bytes, std::align_val_t{64}, std::nothrow);
  if (memory == nullptr) {
    return Status::error(Code::OutOfMemory, "no memory for " + std::to_string(bytes) + " bytes of packed weights");
  }
  weights->bytes_.reset(static_cast<std::byte*>(memory));
  weights->size_ = bytes;
  return weights;
}

}  // namespace trireme::cpu
