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
    // Zeros may be divided by: only that it runs.
    const Status onZeros = support::invoke(*interpreter.value(), zeros(*interpreter.value())).status;
    EXPECT_TRUE(onZeros.ok()) << onZeros.message();
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
    mixedOptions.addDelegate(fake.delegate).setStrategy("greedy");  // whatever it costs
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

// Files whose operators are all implemented and which are refused all the same, and why.
const std::map<std::string, std::string>& refusedOpFiles() {
  static const std::map<std::string, std::string> kRefused = {
      {"add_quantized_int8.tflite", "output 0 'add'"},      // an inner tensor of the wrong type, without a scale
      {"blockwise_quantized.tflite", "nothing writes it"},  // it brings LiteRT down
      {"gather_string.tflite", "string"},
      {"simple_squeeze.tflite", "axis 1"},  // not a model: LiteRT refuses it too
      // Weights of one scale a channel, where LiteRT's kernel reads one for all and answers nothing but zeros.
      {"static_w8_a16_quantized_attn_vec_einsum.tflite", "expected one scale"},
      {"static_w8_a16_quantized_q_einsum.tflite", "expected one scale"},
      {"string.tflite", "string"},
      {"string_input_model.tflite", "string"},
  };
  return kRefused;
}

// Whether the graph's inputs are small enough for a test.
bool isSmall(const Graph& graph) {
  constexpr size_t kMost = size_t{64} << 20;
  size_t bytes = 0;
  for (ValueId input : graph.inputs()) {
    const auto size = byteSize(graph.value(input).type);
    bytes += size.ok() ? size.value() : 0;
  }
  return bytes <= kMost;
}

void runOrRefuse(const std::filesystem::path& path, size_t& ran) {
  SCOPED_TRACE(path.filename().string());
  auto model = Model::fromFile(path, Loading::Copy);
  const auto refused = refusedOpFiles().find(path.filename().string());
  if (!model.ok() && refused != refusedOpFiles().end()) {
    EXPECT_NE(std::string::npos, model.status().message().find(refused->second)) << model.status().message();
    return;
  }
  ASSERT_TRUE(model.ok()) << model.status().message();
  if (model.value()->subgraphs().empty() || !isSmall(model.value()->subgraphs()[0])) return;
  auto interpreter = Interpreter::create(model.value());
  if (const auto missing = graph::missingOperators(model.value()->subgraphs()[0]); !missing.empty()) {
    EXPECT_EQ(Code::Unsupported, interpreter.status().code());
    for (const graph::MissingOperator& one : missing) {
      EXPECT_NE(std::string::npos, interpreter.status().message().find(one.op)) << interpreter.status().message();
    }
    return;
  }
  if (refused != refusedOpFiles().end()) {
    EXPECT_NE(std::string::npos, interpreter.status().message().find(refused->second))
        << interpreter.status().message();
    return;
  }
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  const support::Answer answer = support::invoke(*interpreter.value(), sensibleInputs(*interpreter.value(), 3));
  EXPECT_TRUE(answer.status.ok()) << answer.status.message();
  ++ran;
}

// Small files of single operators, some of them strange on purpose.
TEST(OpFiles, RunOrAreRefusedByName) {
  const auto folder = support::opsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  size_t ran = 0;
  for (const auto& path : support::modelFiles(*folder)) {
    const bool golden = path.parent_path().parent_path().filename() == "seanet";  // below, on their own inputs
    if (!golden) runOrRefuse(path, ran);
  }
  EXPECT_GE(ran, 40u);
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
