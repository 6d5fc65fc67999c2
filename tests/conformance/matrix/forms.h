#pragma once

#include "tests/conformance/op_case.h"

// What the matrix varies: element types with their quantisation, sizes, and values to compute with.
namespace trireme::conformance::matrix {

using Sizes = std::vector<int64_t>;

// A column of types: activations and, where an operator has them, weights.
enum class Form : uint8_t {
  Float32,
  Float16,
  Int8,
  Int8PerChannel,  // weights with a scale a channel
  UInt8,
  Int16,
  Hybrid,  // float32 activations, int8 weights
  Int32,
  Int64,
  Bool
};
std::string_view formName(Form form);  // "int8 per channel"
DataType elementType(Form form);       // of activations
bool isCodes(Form form);               // quantised activations

// Those that vectors, their tails and borders make different.
inline constexpr int64_t kOddSizes[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33};

Shape shapeOf(const Sizes& dims);
// Of the form's activations; quantised with the usual scale and zero point of its type unless others are given.
TensorType tensor(Form form, const Sizes& dims);
TensorType tensor(Form form, const Sizes& dims, float scale, int32_t zeroPoint);
TensorType plain(DataType dtype, const Sizes& dims);
float usualScale(Form form);
int32_t usualZero(Form form);

enum class Spread : uint8_t {
  Wide,      // floats to 1000, both signs, zeros; codes with many ends and zero points
  Moderate,  // floats in -8..8 with zeros
  Unit,      // weights: floats in -1..1
  Positive,  // 0.25..4; codes above the zero point
};
std::vector<std::byte> values(const TensorType& type, support::Random& random, Spread spread);
// Floats at, and a little beside, the borders between codes of `type`, and outside of its range.
std::vector<std::byte> nearEdges(const TensorType& type, size_t count, support::Random& random);

std::string text(const Sizes& dims);  // "1x3x5"
// The largest dimension is made smaller, again and again, until there are at most `most` elements.
void limitElements(Sizes& dims, int64_t most);

}  // namespace trireme::conformance::matrix
