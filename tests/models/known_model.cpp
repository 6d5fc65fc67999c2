#include "tests/models/known_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trireme::models {

void KnownAnswer::SetUp() {
  const auto models = support::modelsFolder(), data = support::dataFolder();
  if (!models || !data) GTEST_SKIP() << support::missing();
  models_ = *models;
  data_ = *data;
}

support::Picture KnownAnswer::picture(const std::string& name, int channels) const {
  support::Picture picture = support::readPicture(data_ / "images" / name, channels);
  EXPECT_GT(picture.width, 0) << "cannot read " << name;
  return picture;
}

support::Tensors KnownAnswer::runRaw(const std::string& model, const support::Tensors& inputs,
                                     std::vector<TensorType>* types) {
  auto file = Model::fromFile(models_ / model);
  EXPECT_TRUE(file.ok()) << file.status().message();
  if (!file.ok()) return {};
  auto interpreter = Interpreter::create(std::move(file).value(), Options());
  EXPECT_TRUE(interpreter.ok()) << interpreter.status().message();
  if (!interpreter.ok()) return {};
  support::Answer answer = support::invoke(*interpreter.value(), inputs);
  EXPECT_TRUE(answer.status.ok()) << answer.status.message();
  if (types) *types = std::move(answer.types);
  return std::move(answer.outputs);
}

std::vector<std::vector<float>> KnownAnswer::run(const std::string& model, const support::Tensors& inputs) {
  std::vector<TensorType> types;
  const support::Tensors raw = runRaw(model, inputs, &types);
  std::vector<std::vector<float>> values;
  for (size_t i = 0; i < raw.size(); ++i) values.push_back(dequantized(types[i], raw[i]));
  return values;
}

support::Tensors pictureInput(const support::Picture& picture, int width, int height, DataType type, float scale,
                              float offset) {
  const std::vector<float> pixels = support::resizeBilinear(picture, width, height);
  if (type == DataType::UInt8) return {support::asUInt8(pixels)};
  if (type == DataType::Int8) return {support::asInt8(pixels)};
  return {support::asFloat(pixels, scale, offset)};
}

support::Tensors sensibleInputs(const Interpreter& interpreter, uint64_t seed) {
  support::Random random(seed);
  support::Tensors inputs;
  for (int i = 0; i < interpreter.inputCount(); ++i) {
    const TensorType type = interpreter.inputType(i).value();
    inputs.push_back(random.bytes(type));
    for (size_t at = 1; type.dtype == DataType::Int16 && at < inputs.back().size(); at += 2) {
      inputs.back()[at] &= std::byte{0x7F};
    }
    if (type.dtype != DataType::Int32 && type.dtype != DataType::Int64) continue;
    for (size_t at = 0; at < inputs.back().size(); ++at) {
      const size_t width = type.dtype == DataType::Int32 ? 4 : 8;
      inputs.back()[at] = at % width == 0 ? inputs.back()[at] & std::byte{1} : std::byte{0};
    }
  }
  return inputs;
}

std::vector<float> dequantized(const TensorType& type, std::span<const std::byte> bytes) {
  std::vector<float> values;
  const bool scaled = !type.quantization.scales.empty();
  const float scale = scaled ? type.quantization.scales[0] : 1;
  const float zero = scaled ? float(type.quantization.zeroPoints[0]) : 0;
  const auto read = [&](auto element) {
    for (size_t i = 0; i + sizeof(element) <= bytes.size(); i += sizeof(element)) {
      std::memcpy(&element, bytes.data() + i, sizeof(element));
      values.push_back((float(element) - zero) * scale);
    }
  };
  switch (type.dtype) {
    case DataType::Float32:
      read(float{});
      break;
    case DataType::UInt8:
      read(uint8_t{});
      break;
    case DataType::Int8:
      read(int8_t{});
      break;
    case DataType::Int16:
      read(int16_t{});
      break;
    case DataType::Int32:
      read(int32_t{});
      break;
    case DataType::Int64:
      read(int64_t{});
      break;
    default:
      ADD_FAILURE() << "no values of " << dataTypeName(type.dtype);
  }
  return values;
}

size_t largest(const std::vector<float>& scores) {
  return size_t(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

bool among(const std::vector<float>& scores, size_t label, size_t count) {
  const auto above = std::count_if(scores.begin(), scores.end(), [&](float score) { return score > scores[label]; });
  return size_t(above) < count;
}

double psnr(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
  return 10 * std::log10(255.0 * 255.0 * double(a.size()) / sum);
}

}  // namespace trireme::models
