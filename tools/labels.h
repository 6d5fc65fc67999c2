#pragma once

#include <filesystem>

#include "trireme/interpreter.h"

namespace trireme::tools {

// One name a class, in order. From a text file, a line a name.
Result<std::vector<std::string>> readLabels(const std::filesystem::path& path);
// The label file in the model's metadata that has `classes` lines; empty when there is none.
std::vector<std::string> labelsOf(const Model& model, size_t classes);

struct Ranked {
  size_t index = 0;
  double score = 0;  // dequantised
};
// The k best elements of a tensor, best first, ties by index. None for types without an order.
std::vector<Ranked> topOf(const TensorType& type, std::span<const std::byte> elements, size_t k);

}  // namespace trireme::tools
