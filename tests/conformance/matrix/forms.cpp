#include "tests/conformance/matrix/forms.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>

namespace trireme::conformance::matrix {
namespace {

struct CodeRange {
  int64_t low, high;
};
CodeRange codeRange(DataType dtype) {
  switch (dtype) {
    case DataType::Int8:
      return {-128, 127};
    case DataType::UInt8:
      return {0, 255};
    default:
      return {-32768, 32767};
  }
}

template <class T, class Draw>
std::vector<std::byte> fill(size_t count, Draw draw) {
  std::vector<T> all(count);
  for (T& value : all) value = T(draw());
  return support::bytesOf(all);
}

float drawFloat(support::Random& random, Spread spread) {
  const uint64_t kind = random.next() % 12;
  switch (spread) {
    case Spread::Wide:
      if (kind == 0) return 0.0f;
      if (kind == 1) return random.real(-1000, 1000);
      return random.real(-4, 4);
    case Spread::Moderate:
      return kind == 0 ? 0.0f : random.real(-8, 8);
    case Spread::Unit:
      return kind == 0 ? 0.0f : random.real(-1, 1);
    default:
      return random.real(0.25f, 4);
  }
}

int64_t drawCode(const TensorType& type, support::Random& random, Spread spread) {
  const CodeRange range = codeRange(type.dtype);
  const int64_t zero = type.quantization.zeroPoints.empty() ? 0 : type.quantization.zeroPoints[0];
  if (spread == Spread::Positive) return random.between(zero + 1, range.high);
  switch (random.next() % 16) {
    case 0:
      return range.low;
    case 1:
      return range.high;
    case 2:
      return zero;
    default:
      return random.between(range.low, range.high);
  }
}

}  // namespace

std::string_view formName(Form form) {
  constexpr std::string_view kNames[] = {"float32", "float16", "int8", "int8 per channel", "uint8", "int16", "hybrid",
                                         "int32",   "int64",   "bool"};
  return kNames[size_t(form)];
}

DataType elementType(Form form) {
  constexpr DataType kTypes[] = {DataType::Float32, DataType::Float16, DataType::Int8,    DataType::Int8,
                                 DataType::UInt8,   DataType::Int16,   DataType::Float32, DataType::Int32,
                                 DataType::Int64,   DataType::Bool};
  return kTypes[size_t(form)];
}

bool isCodes(Form form) {
  return form == Form::Int8 || form == Form::Int8PerChannel || form == Form::UInt8 || form == Form::Int16;
}

Shape shapeOf(const Sizes& dims) { return Shape::create(dims).value(); }

float usualScale(Form form) { return form == Form::Int16 ? 0.0005f : 0.05f; }
int32_t usualZero(Form form) {
  if (form == Form::UInt8) return 121;
  return form == Form::Int16 ? 0 : -3;
}

TensorType plain(DataType dtype, const Sizes& dims) { return {dtype, shapeOf(dims), {}}; }
TensorType tensor(Form form, const Sizes& dims, float scale, int32_t zeroPoint) {
  TensorType type = plain(elementType(form), dims);
  if (isCodes(form)) type.quantization = {{scale}, {zeroPoint}, -1, 0};
  return type;
}
TensorType tensor(Form form, const Sizes& dims) { return tensor(form, dims, usualScale(form), usualZero(form)); }

std::vector<std::byte> values(const TensorType& type, support::Random& random, Spread spread) {
  const auto count = size_t(type.shape.elements());
  switch (type.dtype) {
    case DataType::Float32:
      return fill<float>(count, [&] { return drawFloat(random, spread); });
    case DataType::Int8:
      return fill<int8_t>(count, [&] { return drawCode(type, random, spread); });
    case DataType::UInt8:
      return fill<uint8_t>(count, [&] { return drawCode(type, random, spread); });
    case DataType::Int16:
      return fill<int16_t>(count, [&] { return drawCode(type, random, spread); });
    case DataType::Int32:
      return fill<int32_t>(count, [&] { return random.between(spread == Spread::Positive ? 1 : -100, 100); });
    case DataType::Int64:
      return fill<int64_t>(count, [&] { return random.between(spread == Spread::Positive ? 1 : -100, 100); });
    default:
      return random.bytes(type);
  }
}

std::vector<std::byte> nearEdges(const TensorType& type, size_t count, support::Random& random) {
  const CodeRange range = codeRange(type.dtype);
  const float scale = type.quantization.scales[0];
  const int64_t zero = type.quantization.zeroPoints[0];
  return fill<float>(count, [&] {
    const int64_t code = random.between(range.low - 3, range.high + 3) - zero;
    const float border = (float(code) + 0.5f) * scale;
    switch (random.next() % 6) {
      case 0:
        return border;
      case 1:
        return std::nextafter(border, 1e9f);
      case 2:
        return std::nextafter(border, -1e9f);
      case 3:
        return 0.0f;
      case 4:
        return float(code) * scale;
      default:
        return random.real(-1.1f, 1.1f) * float(range.high) * scale;
    }
  });
}

std::string text(const Sizes& dims) { return shapeOf(dims).text(); }

void limitElements(Sizes& dims, int64_t most) {
  const auto elements = [&] { return std::accumulate(dims.begin(), dims.end(), int64_t(1), std::multiplies<>()); };
  while (elements() > most) {
    int64_t& largest = *std::max_element(dims.begin(), dims.end());
    const auto* smaller = std::lower_bound(std::begin(kOddSizes), std::end(kOddSizes), largest) - 1;
    largest = *smaller;
  }
}

}  // namespace trireme::conformance::matrix
