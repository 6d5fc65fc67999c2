#include "tests/support/tolerance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trireme::support {
namespace {

std::vector<float> floats(std::span<const std::byte> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

double valueAt(DataType dtype, const std::byte* at) {
  const auto read = [at](auto zero) {
    std::memcpy(&zero, at, sizeof(zero));
    return double(zero);
  };
  switch (dtype) {
    case DataType::Float32:
      return read(0.0f);
    case DataType::Int8:
      return read(int8_t{0});
    case DataType::UInt8:
      return read(uint8_t{0});
    case DataType::Bool:
      return read(uint8_t{0});
    case DataType::Int16:
      return read(int16_t{0});
    case DataType::Int32:
      return read(int32_t{0});
    case DataType::Int64:
      return read(int64_t{0});
    default:
      return 0;
  }
}

}  // namespace

Tolerance Tolerance::exact() { return {Kind::Exact, 0}; }
Tolerance Tolerance::floatOperator() { return {Kind::OfLargest, 2e-5}; }
Tolerance Tolerance::floatModel() { return {Kind::OfLargest, 1e-4}; }
Tolerance Tolerance::hybrid() { return {Kind::RelativeL2, 1e-2}; }
Tolerance Tolerance::hybridThatMoves(double distance) {
  return {Kind::RelativeL2, std::clamp(4 * distance, 1e-2, 1e-1)};
}
Tolerance Tolerance::halfModel() { return {Kind::RelativeL2, 1e-1}; }
Tolerance Tolerance::ofOperator(DataType output) { return output == DataType::Float32 ? floatOperator() : exact(); }

double Tolerance::distance(std::span<const std::byte> expected, std::span<const std::byte> actual) {
  const std::vector<float> wanted = floats(expected), found = floats(actual);
  double difference = 0, length = 0;
  for (size_t i = 0; i < std::min(wanted.size(), found.size()); ++i) {
    difference += std::pow(double(found[i]) - wanted[i], 2);
    length += std::pow(double(wanted[i]), 2);
  }
  return length > 0 ? std::sqrt(difference / length) : 0;
}

std::string Tolerance::compare(const TensorType& type, std::span<const std::byte> expected,
                               std::span<const std::byte> actual) const {
  if (expected.size() != actual.size()) {
    return fmt::format("expected {} bytes, found {}", expected.size(), actual.size());
  }
  if (kind_ == Kind::Exact || type.dtype != DataType::Float32) return compareBytes(type, expected, actual);
  return compareFloats(floats(expected), floats(actual));
}

std::string Tolerance::compareBytes(const TensorType& type, std::span<const std::byte> expected,
                                    std::span<const std::byte> actual) const {
  if (std::equal(expected.begin(), expected.end(), actual.begin())) return {};
  const size_t width = std::max<size_t>(1, size_t(bitsPerElement(type.dtype)) / 8);
  size_t differ = 0, first = 0;
  for (size_t i = 0; i + width <= expected.size(); i += width) {
    if (std::memcmp(expected.data() + i, actual.data() + i, width) == 0) continue;
    if (differ++ == 0) first = i;
  }
  return fmt::format("{} of {} elements differ; the first is element {}: expected {}, found {}", differ,
                     expected.size() / width, first / width, valueAt(type.dtype, expected.data() + first),
                     valueAt(type.dtype, actual.data() + first));
}

std::string Tolerance::compareFloats(std::span<const float> expected, std::span<const float> actual) const {
  double largest = 0, worst = 0, distance = 0, norm = 0;
  size_t where = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (std::isfinite(expected[i]) != std::isfinite(actual[i])) {
      return fmt::format("element {}: expected {}, found {}", i, expected[i], actual[i]);
    }
    if (!std::isfinite(expected[i])) {
      if (std::isnan(expected[i]) == std::isnan(actual[i]) && (std::isnan(actual[i]) || expected[i] == actual[i]))
        continue;
      return fmt::format("element {}: expected {}, found {}", i, expected[i], actual[i]);
    }
    const double difference = std::abs(double(expected[i]) - double(actual[i]));
    largest = std::max(largest, std::abs(double(expected[i])));
    distance += difference * difference;
    norm += double(expected[i]) * double(expected[i]);
    if (difference > worst) {
      worst = difference;
      where = i;
    }
  }
  const bool good =
      kind_ == Kind::RelativeL2 ? std::sqrt(distance) <= bound_ * std::sqrt(norm) : worst <= bound_ * largest;
  if (good) return {};
  return fmt::format("element {}: expected {}, found {}; the largest is {}, the relative L2 distance {}", where,
                     expected[where], actual[where], largest, norm > 0 ? std::sqrt(distance / norm) : 0.0);
}

}  // namespace trireme::support
