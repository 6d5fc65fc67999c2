#pragma once

#include <map>

#include "core/model/file.h"

namespace trireme::model {

// The bytes that a tensor carries, of exactly the size its type and shape want; empty: none, or of no elements.
Result<std::span<const std::byte>> constantBytes(const File& file, const fb::Tensor& tensor, const TensorType& type);

// Constants at addresses that their element's type can be read at. Files do not always align them; then they are
// copied, each buffer once.
class AlignedConstants {
 public:
  explicit AlignedConstants(const File& file) : file_(file), storage_(std::make_shared<Storage>()) {}
  // InvalidModel when more would be copied than the file has bytes, which only overlapping buffers can do.
  Result<std::span<const std::byte>> align(std::span<const std::byte> bytes, DataType dtype);
  std::shared_ptr<const void> storage() const { return storage_; }

 private:
  struct alignas(16) Block {
    std::byte bytes[16];
  };
  using Storage = std::vector<std::unique_ptr<Block[]>>;
  const File& file_;
  std::shared_ptr<Storage> storage_;
  std::map<std::pair<const std::byte*, size_t>, const std::byte*> copies_;
  size_t copiedBytes_ = 0;
};

}  // namespace trireme::model
