#pragma once

#include <optional>

#include "core/model/schema.h"
#include "trireme/graph.h"

namespace trireme::model {

// No constant is expanded, and nothing packed behind a model unpacked, beyond this.
inline constexpr size_t kMaxExpandedBytes = size_t{64} << 20;

// One line of the file's table of operator codes.
struct OperatorFacts {
  OpKind op = OpKind::Custom;
  uint16_t version = 1;
  std::string customName;    // of OpKind::Custom
  std::string name() const;  // "CONV_2D", "CUSTOM Name"
};

// A .tflite file whose magic, schema version and offsets are proved: what its tables point at lies inside.
struct File {
  std::span<const std::byte> bytes;
  const fb::Model* model = nullptr;
  std::vector<OperatorFacts> operators;
};
// `bytes` begin at an address that is a multiple of 16.
Result<File> openFile(std::span<const std::byte> bytes);

// A buffer's bytes, in the FlatBuffer or behind it. InvalidModel when it lies outside the file.
Result<std::span<const std::byte>> bufferBytes(const File& file, uint32_t buffer);
// A custom operator's options, wherever they lie.
Result<std::span<const std::byte>> customOptions(const File& file, const fb::Operator& node);

}  // namespace trireme::model
