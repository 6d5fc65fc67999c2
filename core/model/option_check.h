#pragma once

#include <string_view>

#include "core/model/schema.h"
#include "trireme/graph.h"

namespace trireme::model {

// No stride, dilation, filter or block beyond this: far above any use, and products of three of them fit in 64 bits.
inline constexpr int32_t kMaxExtent = 1 << 16;

// Compares options with what they may be and keeps the first that is broken; the values it returns are always legal.
class OptionCheck {
 public:
  const Status& status() const { return status_; }

  int32_t within(std::string_view name, int32_t value, int32_t low, int32_t high);
  int32_t extent(std::string_view name, int32_t value) { return within(name, value, 1, kMaxExtent); }
  int32_t axis(std::string_view name, int32_t value) { return within(name, value, -kMaxRank - 1, kMaxRank); }
  float finite(std::string_view name, float value);
  Padding padding(int8_t value);
  Activation activation(int8_t value);
  DataType dataType(std::string_view name, int8_t value) {
    return static_cast<DataType>(within(name, value, 0, kDataTypeCount - 1));
  }
  DataType indexType(std::string_view name, int8_t value);  // of indices and shapes
  std::vector<int32_t> list(std::string_view name, const flatbuffers::Vector<int32_t>* values, int32_t low,
                            int32_t high);

 private:
  void fail(std::string sentence);
  Status status_;
};

}  // namespace trireme::model
