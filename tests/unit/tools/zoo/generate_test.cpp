#include "tools/zoo/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/model/writer.h"
#include "tools/zoo/half_weights.h"
#include "tools/zoo/quantizer.h"

namespace trireme::zoo {
namespace {

using Bytes = std::vector<std::byte>;

Bytes made(std::string_view name, Form form, uint64_t seed = 1) {
  auto bytes = generate(*findNetwork(name).value(), form, seed);
  EXPECT_TRUE(bytes.ok()) << bytes.status().message();
  return bytes.ok() ? std::move(bytes).value() : Bytes();
}

std::map<OpKind, int> histogram(const Graph& graph) {
  std::map<OpKind, int> counts;
  for (const Node& node : graph.nodes()) ++counts[node.op];
  return counts;
}

TEST(MobilenetV2, HasTheOperatorsOfAConvertedFile) {
  const Graph graph = buildMobilenetV2(1).value();
  EXPECT_EQ(graph.nodes().size(), 65u);
  EXPECT_EQ(histogram(graph), (std::map<OpKind, int>{{OpKind::Add, 10},
                                                     {OpKind::Conv2d, 35},
                                                     {OpKind::DepthwiseConv2d, 17},
                                                     {OpKind::FullyConnected, 1},
                                                     {OpKind::Softmax, 1},
                                                     {OpKind::Mean, 1}}));
}

TEST(MobilenetV3, ExcitesAndSwishes) {
  const std::map<OpKind, int> counts = histogram(buildMobilenetV3Large(1).value());
  EXPECT_EQ(counts.at(OpKind::HardSwish), 21);
  EXPECT_EQ(counts.at(OpKind::Mean), 9);
  EXPECT_EQ(counts.at(OpKind::Mul), 16);
}

TEST(Generate, TheSameSeedGivesTheSameBytes) {
  for (const Form form : {Form::Float32, Form::Float16, Form::Int8}) {
    EXPECT_EQ(made("lenet", form, 5), made("lenet", form, 5));
    EXPECT_NE(made("lenet", form, 5), made("lenet", form, 6));
  }
}

TEST(Generate, UnknownTypesAreToldTheKnownOnes) {
  EXPECT_EQ(findForm("int8").value(), Form::Int8);
  EXPECT_EQ(findForm("int4").status().message(), "there is no type 'int4'; the zoo writes: float32, float16, int8");
}

// Every inner value and output of one run, as real numbers, by name.
using Values = std::map<std::string, std::vector<float>>;
std::vector<float> reals(const TensorView& view) {
  if (const auto floats = view.as<float>(); floats.ok()) return {floats.value().begin(), floats.value().end()};
  std::vector<float> result;
  const Quantization& q = view.type->quantization;
  const std::span<int8_t> codes = view.as<int8_t>().value();
  for (const int8_t code : codes) {
    result.push_back(q.scales[0] * float(int32_t(code) - q.zeroPoints[0]));
  }
  return result;
}

void fill(const TensorView& view, const std::vector<float>& input) {
  if (const auto floats = view.as<float>(); floats.ok()) {
    std::copy(input.begin(), input.end(), floats.value().begin());
    return;
  }
  const std::vector<int8_t> codes = quantizeCodes(input, view.type->quantization);
  const std::span<int8_t> elements = view.as<int8_t>().value();
  std::copy(codes.begin(), codes.end(), elements.begin());
}

Values run(const Bytes& bytes, const std::vector<float>& input) {
  const auto model = Model::fromBuffer(bytes).value();
  const Graph& graph = model->subgraphs()[0];
  Options options;
  for (const Node& node : graph.nodes()) {
    const Value& value = graph.value(node.outputs[0]);
    if (node.outputs[0] != graph.outputs()[0]) options.preserveTensor(value.name);
  }
  const auto interpreter = Interpreter::create(model, options).value();
  fill(interpreter->frame().input(0).value(), input);
  EXPECT_TRUE(interpreter->invoke().ok());
  Values values;
  for (const Node& node : graph.nodes()) {
    const Value& value = graph.value(node.outputs[0]);
    const auto view = node.outputs[0] == graph.outputs()[0] ? interpreter->frame().output(0)
                                                            : interpreter->frame().tensor(value.name);
    values[value.name] = reals(view.value());
  }
  return values;
}

// Inputs that calibration has not seen.
std::vector<float> inputOf(std::string_view name, int number) {
  return calibrationInputs(findNetwork(name).value()->build(1).value(), 99, number)[0];
}

double deviation(const std::vector<float>& values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
  double squares = 0;
  for (const float value : values) squares += (double(value) - mean) * (double(value) - mean);
  return std::sqrt(squares / double(values.size()));
}

double relativeDistance(const std::vector<float>& a, const std::vector<float>& b) {
  double apart = 0, size = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    apart += std::pow(double(a[i] - b[i]), 2);
    size += std::pow(double(a[i]), 2);
  }
  return std::sqrt(apart / size);
}

// The networks that run within a moment.
struct Light {
  std::string_view name;
  std::string scores;  // the value before the softmax
  double bound;        // of the int8 form's distance there
};
class LightNetworks : public testing::TestWithParam<Light> {};

TEST_P(LightNetworks, NeitherVanishNorSaturate) {
  const Graph graph = findNetwork(GetParam().name).value()->build(1).value();
  const Bytes bytes = made(GetParam().name, Form::Float32);
  for (int number = 0; number < 2; ++number) {
    const Values values = run(bytes, inputOf(GetParam().name, number));
    for (const Node& node : graph.nodes()) {
      const std::vector<float>& output = values.at(graph.value(node.outputs[0]).name);
      ASSERT_TRUE(std::ranges::all_of(output, [](float x) { return std::isfinite(x); }));
      if (node.op != OpKind::Conv2d && node.op != OpKind::DepthwiseConv2d && node.op != OpKind::FullyConnected)
        continue;
      EXPECT_GT(deviation(output), 0.1) << graph.value(node.outputs[0]).name;
      EXPECT_LT(deviation(output), 10) << graph.value(node.outputs[0]).name;
    }
    const std::vector<float>& probabilities = values.at("probabilities");
    EXPECT_LT(*std::ranges::max_element(probabilities), 0.999F);
    EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1, 1e-4);
  }
}

TEST_P(LightNetworks, SayDifferentThingsOfDifferentInputs) {
  const Bytes bytes = made(GetParam().name, Form::Float32);
  const Values a = run(bytes, inputOf(GetParam().name, 0)), b = run(bytes, inputOf(GetParam().name, 1));
  EXPECT_GT(relativeDistance(a.at(GetParam().scores), b.at(GetParam().scores)), 0.2);
}

TEST_P(LightNetworks, StayCloseToThemselvesInInt8) {
  const Bytes floats = made(GetParam().name, Form::Float32), codes = made(GetParam().name, Form::Int8);
  for (int number = 0; number < 2; ++number) {
    const std::vector<float> input = inputOf(GetParam().name, number);
    const Values real = run(floats, input), quantized = run(codes, input);
    EXPECT_LT(relativeDistance(real.at(GetParam().scores), quantized.at(GetParam().scores)), GetParam().bound);
  }
}

TEST_P(LightNetworks, StayCloserInFloat16) {
  const Bytes floats = made(GetParam().name, Form::Float32), halves = made(GetParam().name, Form::Float16);
  EXPECT_LT(double(halves.size()), 0.55 * double(floats.size()));
  const std::vector<float> input = inputOf(GetParam().name, 0);
  const std::string& scores = GetParam().scores;
  EXPECT_LT(relativeDistance(run(floats, input).at(scores), run(halves, input).at(scores)), 0.01);
}

INSTANTIATE_TEST_SUITE_P(Zoo, LightNetworks,
                         testing::Values(Light{"lenet", "scores", 0.1}, Light{"squeezenet_1_1", "global_mean", 0.15},
                                         Light{"mobilenet_v1", "scores", 0.15}),
                         [](const auto& row) { return std::string(row.param.name); });

// Whether it loads, and the CPU takes every node.
void expectPlan(const Graph& graph) {
  const auto bytes = model::writeModel(std::span(&graph, 1));
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto model = Model::fromBuffer(bytes.value());
  ASSERT_TRUE(model.ok()) << model.status().message();
  const auto compiled = CompiledModel::create(model.value());
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  EXPECT_EQ(compiled.value()->plan().partitions.size(), 1u);
  EXPECT_FALSE(compiled.value()->explain().empty());
}

class EveryNetwork : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryNetwork, LoadsAndIsPlannedInEveryForm) {
  const Graph graph = findNetwork(GetParam()).value()->build(1).value();
  expectPlan(graph);
  const auto halves = halveWeights(graph);
  ASSERT_TRUE(halves.ok()) << halves.status().message();
  expectPlan(halves.value());
  // Whether it quantises does not hang on what calibration saw.
  Ranges ranges;
  for (const Value& value : graph.values()) ranges.push_back(value.isConstant ? Range() : Range{-6, 6, true});
  const auto codes = quantizeInt8(graph, ranges);
  ASSERT_TRUE(codes.ok()) << codes.status().message();
  expectPlan(codes.value());
}

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Network& network : networks()) all.push_back(network.name);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Zoo, EveryNetwork, testing::ValuesIn(names()),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace trireme::zoo
