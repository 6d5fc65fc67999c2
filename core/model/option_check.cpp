#include "core/model/option_check.h"

#include <fmt/format.h>

#include <cmath>

#include "core/model/place.h"

namespace trireme::model {

int32_t OptionCheck::within(std::string_view name, int32_t value, int32_t low, int32_t high) {
  if (value >= low && value <= high) return value;
  fail(fmt::format("option {} is {}, expected {} to {}", name, value, low, high));
  return low;
}

float OptionCheck::finite(std::string_view name, float value) {
  if (std::isfinite(value)) return value;
  fail(fmt::format("option {} is {}", name, value));
  return 0;
}

Padding OptionCheck::padding(int8_t value) { return static_cast<Padding>(within("padding", value, 0, 1)); }

Activation OptionCheck::activation(int8_t value) {
  constexpr auto kLast = static_cast<int32_t>(Activation::SignBit);
  return static_cast<Activation>(within("fused_activation_function", value, 0, kLast));
}

DataType OptionCheck::indexType(std::string_view name, int8_t value) {
  const DataType dtype = dataType(name, value);
  if (dtype == DataType::Int32 || dtype == DataType::Int64) return dtype;
  fail(fmt::format("option {} is {}, expected int32 or int64", name, dataTypeName(dtype)));
  return DataType::Int32;
}

std::vector<int32_t> OptionCheck::list(std::string_view name, const flatbuffers::Vector<int32_t>* values, int32_t low,
                                       int32_t high) {
  std::vector<int32_t> result;
  if (count(values) > uint32_t{kMaxRank}) {
    fail(fmt::format("option {} has {} entries, expected at most {}", name, values->size(), kMaxRank));
    return result;
  }
  for (uint32_t i = 0; i < count(values); ++i) result.push_back(within(name, values->Get(i), low, high));
  return result;
}

void OptionCheck::fail(std::string sentence) {
  if (status_.ok()) status_ = broken(std::move(sentence));
}

}  // namespace trireme::model
