#include "tools/labels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "tools/output.h"

namespace trireme::tools {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    result.push_back(std::move(line));
  }
  return result;
}

template <class T>
void append(std::span<const std::byte> elements, std::vector<double>& to) {
  for (size_t i = 0; i + sizeof(T) <= elements.size(); i += sizeof(T)) {
    T value{};
    std::memcpy(&value, elements.data() + i, sizeof(T));
    to.push_back(double(value));
  }
}

std::vector<double> numbers(const TensorType& type, std::span<const std::byte> elements) {
  std::vector<double> values;
  switch (type.dtype) {
    case DataType::Float32:
      append<float>(elements, values);
      break;
    case DataType::Int8:
      append<int8_t>(elements, values);
      break;
    case DataType::UInt8:
      append<uint8_t>(elements, values);
      break;
    case DataType::Int16:
      append<int16_t>(elements, values);
      break;
    case DataType::Int32:
      append<int32_t>(elements, values);
      break;
    case DataType::Int64:
      append<int64_t>(elements, values);
      break;
    default:
      return values;
  }
  const Quantization& q = type.quantization;
  if (q.scales.size() == 1 && type.dtype != DataType::Float32) {
    for (double& value : values) value = (value - q.zeroPoints[0]) * double(q.scales[0]);
  }
  return values;
}

}  // namespace

Result<std::vector<std::string>> readLabels(const std::filesystem::path& path) {
  TRIREME_ASSIGN(const std::string text, readText(path));
  return lines(text);
}

std::vector<std::string> labelsOf(const Model& model, size_t classes) {
  for (const std::string& name : model.metadataFiles()) {
    if (!name.ends_with(".txt")) continue;
    const auto bytes = model.metadata(name);
    if (!bytes.ok()) continue;
    const auto found = bytes.value();
    std::vector<std::string> labels = lines({reinterpret_cast<const char*>(found.data()), found.size()});
    if (labels.size() == classes) return labels;
  }
  return {};
}

std::vector<Ranked> topOf(const TensorType& type, std::span<const std::byte> elements, size_t k) {
  const std::vector<double> values = numbers(type, elements);
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) ranked.push_back({i, values[i]});
  }
  k = std::min(k, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + ptrdiff_t(k), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.score != b.score ? a.score > b.score : a.index < b.index;
  });
  ranked.resize(k);
  return ranked;
}

}  // namespace trireme::tools
