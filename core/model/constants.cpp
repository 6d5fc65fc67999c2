#include "core/model/constants.h"

#include <fmt/format.h>

#include <cstring>

#include "core/model/place.h"

namespace trireme::model {
namespace {

int32_t wordAt(std::span<const std::byte> bytes, size_t position) {
  int32_t word = 0;
  std::memcpy(&word, bytes.data() + position * sizeof(word), sizeof(word));
  return word;
}

// A string tensor: how many, where each begins, where the last ends, then the letters.
Status checkStrings(std::span<const std::byte> bytes, const Shape& shape) {
  constexpr int64_t kWord = sizeof(int32_t);
  const auto size = static_cast<int64_t>(bytes.size());
  if (size < kWord) return broken(fmt::format("a string table of {} bytes", size));
  const int64_t strings = wordAt(bytes, 0);
  if (!shape.isKnown() || strings != shape.elements()) {
    return broken(fmt::format("the buffer holds {} strings, shape is {}", strings, shape.text()));
  }
  int64_t last = (strings + 2) * kWord;
  if (last > size) return broken(fmt::format("a table of {} strings does not fit in {} bytes", strings, size));
  for (int64_t i = 0; i <= strings; ++i) {
    const int64_t begin = wordAt(bytes, static_cast<size_t>(i + 1));
    if (begin < last || begin > size) {
      return broken(fmt::format("string {} begins at byte {}, expected {} to {}", i, begin, last, size));
    }
    last = begin;
  }
  return {};
}

size_t alignmentOf(DataType dtype) {
  switch (bitsPerElement(dtype)) {
    case 0:
      return alignof(int32_t);  // a string table
    case 16:
      return 2;
    case 32:
      return 4;
    case 64:
      return dtype == DataType::Complex64 ? 4 : 8;
    case 128:
      return 8;
    default:
      return 1;
  }
}

}  // namespace

Result<std::span<const std::byte>> constantBytes(const File& file, const fb::Tensor& tensor, const TensorType& type) {
  TRIREME_ASSIGN(const std::span<const std::byte> bytes, bufferBytes(file, tensor.buffer()));
  if (bytes.empty()) return bytes;
  if (type.dtype == DataType::String) {
    TRIREME_TRY(checkStrings(bytes, type.shape));
    return bytes;
  }
  if (bitsPerElement(type.dtype) == 0) {
    return broken(
        fmt::format("buffer {} holds {} bytes for a {}", tensor.buffer(), bytes.size(), dataTypeName(type.dtype)));
  }
  const auto needed = byteSize(type);
  if (needed.ok() && needed.value() == bytes.size()) return bytes;
  return broken(fmt::format("buffer {} holds {} bytes, shape {} of {} needs {}", tensor.buffer(), bytes.size(),
                            type.shape.text(), dataTypeName(type.dtype),
                            needed.ok() ? fmt::format("{}", needed.value()) : "to be known"));
}

Result<std::span<const std::byte>> AlignedConstants::align(std::span<const std::byte> bytes, DataType dtype) {
  if (bytes.empty() || reinterpret_cast<uintptr_t>(bytes.data()) % alignmentOf(dtype) == 0) return bytes;
  const std::byte*& copy = copies_[{bytes.data(), bytes.size()}];
  if (copy == nullptr) {
    copiedBytes_ += bytes.size();
    if (copiedBytes_ > file_.bytes.size()) return broken("buffers overlap each other and are not aligned");
    storage_->push_back(std::make_unique<Block[]>((bytes.size() + sizeof(Block) - 1) / sizeof(Block)));
    auto* start = reinterpret_cast<std::byte*>(storage_->back().get());
    std::memcpy(start, bytes.data(), bytes.size());
    copy = start;
  }
  return std::span(copy, bytes.size());
}

}  // namespace trireme::model
