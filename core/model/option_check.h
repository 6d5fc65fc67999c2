#pragma once

#include <fmt/format.h>

#include <cmath>

#include "core/model/place.h"

namespace trireme::model {

// No stride, dilation, filter or block beyond this: far above any use, and products of three of them fit in 64 bits.
inline constexpr int32_t kMaxExtent = 1 << 16;

// Compares options with what they may be and keeps the first that is broken; the values it returns are always legal.
class OptionCheck {
 public:
  const Status& status() const { return status_; }

  int32_t within(std::string_view name, int32_t value, int32_t low, int32_t high) {
    if (value >= low && value <= high) return value;
    fail(fmt::format("option {} is {}, expected {} to {}", name, value, low, high));
    return low;
  }
  int32_t extent(std::string_view name, int32_t value) { return within(name, value, 1, kMaxExtent); }
  int32_t axis(std::string_view name, int32_t value) { return within(name, value, -kMaxRank - 1, kMaxRank); }
  float finite(std::string_view name, float value) {
    if (std::isfinite(value)) return value;
    fail(fmt::format("option {} is {}", name, value));
    return 0;
  }
  Padding padding(int8_t value) { return static_cast<Padding>(within("padding", value, 0, 1)); }
  Activation activation(int8_t value) {
    return static_cast<Activation>(
        within("fused_activation_function", value, 0, static_cast<int>(Activation::SignBit)));
  }
  DataType indexType(std::string_view name, int8_t value) {
    const auto dtype = static_cast<DataType>(within(name, value, 0, kDataTypeCount - 1));
    if (dtype == DataType::Int32 || dtype == DataType::Int64) return dtype;
    fail(fmt::format("option {} is {}, expected int32 or int64", name, dataTypeName(dtype)));
    return DataType::Int32;
  }
  std::vector<int32_t> list(std::string_view name, const flatbuffers::Vector<int32_t>* values, int32_t low,
                            int32_t high) {
    std::vector<int32_t> result;
    if (count(values) > uint32_t{kMaxRank}) {
      fail(fmt::format("option {} has {} entries, expected at most {}", name, values->size(), kMaxRank));
      return result;
    }
    for (uint32_t i = 0; i < count(values); ++i) result.push_back(within(name, values->Get(i), low, high));
    return result;
  }

 private:
  void fail(std::string sentence) {
    if (status_.ok()) status_ = broken(std::move(sentence));
  }
  Status status_;
};

}  // namespace trireme::model
