#pragma once

#include <filesystem>

#include "trireme/tensor.h"

namespace trireme::tools {

// NumPy's .npy format, versions 1 to 3 (numpy.lib.format): dense, C order, little-endian.
struct NpyArray {
  DataType dtype = DataType::Float32;
  Shape shape;
  std::vector<std::byte> bytes;
};
// Io or InvalidArgument with the path and what is wrong: not an .npy file, an object or other foreign type, Fortran
// order of more than one dimension, too short.
Result<NpyArray> readNpy(const std::filesystem::path& path);
// Refuses types that NumPy lacks (strings and sub-byte types). bfloat16 and float8 are written as raw uint16 and uint8.
Result<std::vector<std::byte>> npyBytes(const TensorType& type, std::span<const std::byte> elements);

}  // namespace trireme::tools
