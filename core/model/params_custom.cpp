#include <flatbuffers/flexbuffers.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "core/model/option_check.h"
#include "core/model/params.h"
#include "core/model/place.h"

namespace trireme::model {
namespace {

// A C struct in the file: padding, stride_width, stride_height, each a 32-bit integer, least byte first.
constexpr size_t kTransposeBiasBytes = 12;
constexpr int32_t kPaddingSame = 1, kPaddingValid = 2;

// A real one has some hundred bytes.
constexpr size_t kMaxFlexBytes = size_t{1} << 16;

// The map that a custom operator's options are: verified, and read from memory that is aligned and ends in zeros, since
// FlexBuffers' own verifier does not look for the end of the last key.
class FlexMap {
 public:
  static Result<FlexMap> open(std::span<const std::byte> options) {
    if (options.size() > kMaxFlexBytes) return broken(fmt::format("{} bytes of custom options", options.size()));
    FlexMap map;
    map.words_.assign(options.size() / sizeof(uint64_t) + 2, 0);
    if (!options.empty()) std::memcpy(map.words_.data(), options.data(), options.size());
    map.bytes_ = options.size();
    std::vector<uint8_t> seen;
    if (!flexbuffers::VerifyBuffer(map.data(), map.bytes_, &seen) || !map.root().IsMap()) {
      return broken("its custom options are no FlexBuffer with a map");
    }
    return map;
  }

  // Integers, floats and booleans may stand for each other in files.
  float number(const char* key, OptionCheck& check, std::optional<float> absent = {}) {
    const flexbuffers::Reference entry = root().AsMap()[key];
    if (entry.IsNumeric() || entry.IsBool())
      return check.finite(key, entry.IsBool() ? entry.AsBool() : entry.AsFloat());
    return missing(key, absent);
  }
  int32_t integer(const char* key, OptionCheck& check, int32_t low, std::optional<int32_t> absent = {}) {
    const flexbuffers::Reference entry = root().AsMap()[key];
    if (!entry.IsIntOrUint() && !entry.IsBool()) return missing(key, absent);
    const int64_t value = entry.AsInt64();
    constexpr int64_t kHigh = 1 << 20;
    const auto narrow = static_cast<int32_t>(
        std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
    return check.within(key, narrow, low, kHigh);
  }
  const Status& status() const { return status_; }

 private:
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(words_.data()); }
  flexbuffers::Reference root() const { return flexbuffers::GetRoot(data(), bytes_); }
  template <class Number>
  Number missing(const char* key, std::optional<Number> absent) {
    if (!absent && status_.ok()) status_ = broken(fmt::format("custom option {} is missing or no number", key));
    return absent.value_or(Number{0});
  }
  std::vector<uint64_t> words_;
  size_t bytes_ = 0;
  Status status_;
};

int32_t wordAt(std::span<const std::byte> bytes, size_t position) {
  int32_t word = 0;
  std::memcpy(&word, bytes.data() + position * sizeof(word), sizeof(word));
  return word;
}

}  // namespace

Result<TransposeConvParams> readTransposeBias(std::span<const std::byte> options) {
  if (options.size() < kTransposeBiasBytes) {
    return broken(fmt::format("{} bytes of custom options, expected {}", options.size(), kTransposeBiasBytes));
  }
  OptionCheck check;
  TransposeConvParams params;
  const int32_t padding = check.within("padding", wordAt(options, 0), kPaddingSame, kPaddingValid);
  params.padding = padding == kPaddingSame ? Padding::Same : Padding::Valid;
  params.strideW = check.extent("stride_width", wordAt(options, 1));
  params.strideH = check.extent("stride_height", wordAt(options, 2));
  if (!check.status().ok()) return check.status();
  return params;
}

std::vector<std::byte> writeTransposeBias(const TransposeConvParams& params) {
  const int32_t words[] = {params.padding == Padding::Same ? kPaddingSame : kPaddingValid, params.strideW,
                           params.strideH};
  const auto bytes = std::as_bytes(std::span(words));
  return {bytes.begin(), bytes.end()};
}

Result<DetectionPostProcessParams> readDetection(std::span<const std::byte> options) {
  TRIREME_ASSIGN(FlexMap map, FlexMap::open(options));
  OptionCheck check;
  DetectionPostProcessParams params;
  params.maxDetections = map.integer("max_detections", check, 1);
  params.maxClassesPerDetection = map.integer("max_classes_per_detection", check, 1);
  params.detectionsPerClass = map.integer("detections_per_class", check, 1, params.detectionsPerClass);
  params.classes = map.integer("num_classes", check, 1);
  params.nmsScoreThreshold = map.number("nms_score_threshold", check);
  params.nmsIouThreshold = map.number("nms_iou_threshold", check);
  params.scaleY = map.number("y_scale", check);
  params.scaleX = map.number("x_scale", check);
  params.scaleH = map.number("h_scale", check);
  params.scaleW = map.number("w_scale", check);
  params.regularNms = map.integer("use_regular_nms", check, 0, 0) != 0;
  TRIREME_TRY(map.status());
  if (!check.status().ok()) return check.status();
  return params;
}

std::vector<std::byte> writeDetection(const DetectionPostProcessParams& params) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("max_detections", params.maxDetections);
    builder.Int("max_classes_per_detection", params.maxClassesPerDetection);
    builder.Int("detections_per_class", params.detectionsPerClass);
    builder.Int("num_classes", params.classes);
    builder.Float("nms_score_threshold", params.nmsScoreThreshold);
    builder.Float("nms_iou_threshold", params.nmsIouThreshold);
    builder.Float("y_scale", params.scaleY);
    builder.Float("x_scale", params.scaleX);
    builder.Float("h_scale", params.scaleH);
    builder.Float("w_scale", params.scaleW);
    builder.Bool("use_regular_nms", params.regularNms);
  });
  builder.Finish();
  const auto bytes = std::as_bytes(std::span(builder.GetBuffer()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace trireme::model
