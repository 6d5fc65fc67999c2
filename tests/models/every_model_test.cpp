#include <algorithm>
#include <cmath>
#include <map>

#include "core/graph/implemented.h"
#include "tests/models/known_model.h"
#include "tests/support/fake_delegate.h"
#include "tests/support/tolerance.h"

// Every file of the shared folders runs, or is refused by name; none brings the program down.
namespace trireme::models {
namespace {

// Files with operators that are not implemented, and one of those.
const std::map<std::string, std::string>& refusedModels() {
  static const std::map<std::string, std::string> kRefused = {
      {"coral/keras_lstm_mnist_ptq.tflite", "UNIDIRECTIONAL_SEQUENCE_LSTM"},
      {"coral/posenet_mobilenet_v1_075_353_481_16_quant_decoder.tflite", "PosenetDecoderOp"},
      {"esphome/mww_v2_okay_nabu.tflite", "VAR_HANDLE"},
      {"tflm/trained_lstm.tflite", "UNIDIRECTIONAL_SEQUENCE_LSTM"},
      {"tflm/trained_lstm_int8.tflite", "UNIDIRECTIONAL_SEQUENCE_LSTM"},
      {"tfsupport/yamnet_with_metadata.tflite", "RFFT2D"},
  };
  return kRefused;
}

// Random, but for integers that may be indices: small and not negative.
support::Tensors sensibleInputs(const Interpreter& interpreter, uint64_t seed) {
  support::Random random(seed);
  support::Tensors inputs;
  for (int i = 0; i < interpreter.inputCount(); ++i) {
    const TensorType type = interpreter.inputType(i).value();
    inputs.push_back(random.bytes(type));
    if (type.dtype != DataType::Int32 && type.dtype != DataType::Int64) continue;
    for (size_t at = 0; at < inputs.back().size(); ++at) {
      const size_t width = type.dtype == DataType::Int32 ? 4 : 8;
      inputs.back()[at] = at % width == 0 ? inputs.back()[at] & std::byte{1} : std::byte{0};
    }
  }
  return inputs;
}

support::Tensors zeros(const Interpreter& interpreter) {
  support::Tensors inputs = sensibleInputs(interpreter, 0);
  for (auto& input : inputs) std::fill(input.begin(), input.end(), std::byte{0});
  return inputs;
}

void expectFinite(const support::Answer& answer) {
  ASSERT_TRUE(answer.status.ok()) << answer.status.message();
  for (size_t i = 0; i < answer.outputs.size(); ++i) {
    if (answer.types[i].dtype != DataType::Float32) continue;
    const auto values = dequantized(answer.types[i], answer.outputs[i]);
    EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
        << "output " << i;
  }
}

class EveryModel : public testing::TestWithParam<const char*> {};

TEST_P(EveryModel, RunsOrIsRefusedByName) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  size_t files = 0;
  for (const auto& path : support::modelFiles(*folder / GetParam())) {
    ++files;
    const std::string name = std::filesystem::relative(path, *folder).string();
    SCOPED_TRACE(name);
    auto model = Model::fromFile(path);
    ASSERT_TRUE(model.ok()) << model.status().message();
    auto interpreter = Interpreter::create(std::move(model).value());
    if (const auto refused = refusedModels().find(name); refused != refusedModels().end()) {
      EXPECT_EQ(Code::Unsupported, interpreter.status().code());
      EXPECT_NE(std::string::npos, interpreter.status().message().find(refused->second))
          << interpreter.status().message();
      continue;
    }
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    expectFinite(support::invoke(*interpreter.value(), sensibleInputs(*interpreter.value(), 1)));
    expectFinite(support::invoke(*interpreter.value(), zeros(*interpreter.value())));
  }
  EXPECT_GT(files, 0u);
}

std::string folderName(const testing::TestParamInfo<const char*>& folder) { return folder.param; }
INSTANTIATE_TEST_SUITE_P(Of, EveryModel,
                         testing::Values("armzoo", "coral", "dtln", "esphome", "glesapp", "gotflite", "mediapipe",
                                         "mlperf_mobile", "mlperf_tiny", "tflm", "tfsupport"),
                         folderName);

// The same models cut over the CPU and a fake device that has only some operators.
class MixedModel : public testing::TestWithParam<const char*> {};

TEST_P(MixedModel, GivesTheSameOnCpuAndFake) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  auto model = Model::fromFile(*folder / GetParam());
  ASSERT_TRUE(model.ok()) << model.status().message();
  auto alone = Interpreter::create(model.value());
  ASSERT_TRUE(alone.ok()) << alone.status().message();
  const support::Tensors inputs = sensibleInputs(*alone.value(), 11);
  const support::Answer wanted = support::invoke(*alone.value(), inputs);
  ASSERT_TRUE(wanted.status.ok()) << wanted.status.message();
  for (const bool imports : {false, true}) {
    fake::FakeOptions options;
    options.operators = {OpKind::DepthwiseConv2d, OpKind::Add,      OpKind::FullyConnected, OpKind::Mul,
                         OpKind::Prelu,           OpKind::Relu,     OpKind::Concatenation,  OpKind::Pad,
                         OpKind::Reshape,         OpKind::MaxPool2d};
    if (imports) options.memory.importAlignment = 64;
    const fake::Fake fake(options);
    Options mixedOptions;
    mixedOptions.addDelegate(fake.delegate);
    auto mixed = Interpreter::create(model.value(), mixedOptions);
    ASSERT_TRUE(mixed.ok()) << mixed.status().message();
    EXPECT_GT(support::nodesPerDelegate(mixed.value()->compiled())["fake"], 0u);
    const support::Answer answer = support::invoke(*mixed.value(), inputs);
    ASSERT_TRUE(answer.status.ok()) << answer.status.message();
    EXPECT_TRUE(mixed.value()->faults().empty());
    for (size_t i = 0; i < wanted.outputs.size(); ++i) {
      const auto tolerance =
          wanted.types[i].dtype == DataType::Float32 ? support::Tolerance::floatModel() : support::Tolerance::exact();
      EXPECT_EQ("", tolerance.compare(wanted.types[i], wanted.outputs[i], answer.outputs[i])) << "output " << i;
    }
    EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
  }
}

std::string fileName(const testing::TestParamInfo<const char*>& file) {
  return std::filesystem::path(file.param).stem().string().substr(0, 12) + std::to_string(file.index);
}
INSTANTIATE_TEST_SUITE_P(Of, MixedModel,
                         testing::Values("tflm/hello_world_float.tflite", "tflm/hello_world_int8.tflite",
                                         "mlperf_tiny/ic01_resnet8_fp32.tflite", "mlperf_tiny/ic01_resnet8_int8.tflite",
                                         "mlperf_tiny/kws01_dscnn_int8.tflite", "armzoo/ds_cnn_s_int16.tflite",
                                         "mediapipe/face_detection_short_range.tflite", "dtln/dtln_model_1.tflite",
                                         "coral/mobilenet_v1_0.25_128_quant.tflite"),
                         fileName);

// Small files of single operators, some of them strange on purpose.
TEST(OpFiles, RunOrAreRefusedInWords) {
  const auto folder = support::opsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  constexpr size_t kLargestInput = size_t{64} << 20;
  size_t ran = 0, refused = 0;
  for (const auto& path : support::modelFiles(*folder)) {
    SCOPED_TRACE(std::filesystem::relative(path, *folder).string());
    auto model = Model::fromFile(path, Loading::Copy);
    if (!model.ok()) {
      ++refused;
      EXPECT_FALSE(model.status().message().empty());
      continue;
    }
    if (model.value()->subgraphs().empty()) continue;
    size_t inputBytes = 0;
    for (ValueId input : model.value()->subgraphs()[0].inputs()) {
      const auto bytes = byteSize(model.value()->subgraphs()[0].value(input).type);
      inputBytes += bytes.ok() ? bytes.value() : 0;
    }
    if (inputBytes > kLargestInput) continue;
    auto interpreter = Interpreter::create(model.value());
    if (!interpreter.ok()) {
      ++refused;
      EXPECT_TRUE(interpreter.status().code() == Code::Unsupported || interpreter.status().code() == Code::InvalidModel)
          << interpreter.status().message();
      std::printf("refused %s: %s\n", path.filename().c_str(), std::string(interpreter.status().message()).c_str());
      continue;
    }
    const support::Answer answer = support::invoke(*interpreter.value(), sensibleInputs(*interpreter.value(), 3));
    EXPECT_TRUE(answer.status.ok()) << answer.status.message();
    ++ran;
  }
  std::printf("%zu ran, %zu refused\n", ran, refused);
  EXPECT_GE(ran, 100u);
}

// Integers of a .csv as the elements of a tensor.
std::vector<std::byte> elements(const std::filesystem::path& path, DataType dtype) {
  std::vector<std::byte> bytes;
  for (double number : support::numbers(path)) {
    const auto value = uint32_t(int32_t(number));
    const size_t width = dtype == DataType::Int32 ? 4 : 2;
    for (size_t i = 0; i < width; ++i) bytes.push_back(std::byte(value >> (8 * i)));
  }
  return bytes;
}

class Seanet : public testing::TestWithParam<const char*> {};

TEST_P(Seanet, IsExactToTheGoldenBits) {
  const auto folder = support::opsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  size_t files = 0;
  for (const auto& path : support::modelFiles(*folder / "seanet" / GetParam())) {
    SCOPED_TRACE(path.filename().string());
    auto model = Model::fromFile(path);
    ASSERT_TRUE(model.ok()) << model.status().message();
    auto interpreter = Interpreter::create(model.value());
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    const std::string stem = (path.parent_path() / path.stem()).string();
    support::Tensors inputs;
    for (int i = 0; i < interpreter.value()->inputCount(); ++i) {
      const DataType dtype = interpreter.value()->inputType(i).value().dtype;
      const std::string type(dataTypeName(dtype));
      inputs.push_back(elements(stem + "_input" + std::to_string(i) + "_" + type + ".csv", dtype));
    }
    const support::Answer answer = support::invoke(*interpreter.value(), inputs);
    ASSERT_TRUE(answer.status.ok()) << answer.status.message();
    ASSERT_EQ(1u, answer.outputs.size());
    EXPECT_EQ("", support::Tolerance::exact().compare(
                      answer.types[0], elements(stem + "_golden_int16.csv", DataType::Int16), answer.outputs[0]));
    ++files;
  }
  EXPECT_GT(files, 0u);
}
INSTANTIATE_TEST_SUITE_P(Golden, Seanet,
                         testing::Values("add", "conv", "leaky_relu", "pad", "quantize", "strided_slice", "sub",
                                         "transpose_conv"),
                         folderName);

}  // namespace
}  // namespace trireme::models
