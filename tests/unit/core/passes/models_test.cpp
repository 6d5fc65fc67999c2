#include <cstdlib>
#include <filesystem>

#include "graph_maker.h"

namespace trireme::passes {
namespace {

// The shared models, if there are any.
std::optional<Graph> firstGraph(const char* file, std::shared_ptr<const Model>& model) {
  const char* folder = std::getenv("TRIREME_TEST_MODELS");
  if (folder == nullptr) return std::nullopt;
  Result<std::shared_ptr<const Model>> loaded = Model::fromFile(std::filesystem::path(folder) / file);
  EXPECT_TRUE(loaded.ok()) << loaded.status().message();
  if (!loaded.ok()) return std::nullopt;
  model = loaded.value();
  return model->subgraphs()[0];
}

TEST(PassesOnModels, SettleEveryShapeOfAModelThatComputesThem) {
  std::shared_ptr<const Model> model;
  const std::optional<Graph> graph = firstGraph("gotflite/style_transfer_quantized_dynamic.tflite", model);
  if (!graph) GTEST_SKIP() << "TRIREME_TEST_MODELS is not set";
  const PassResult result = passed(*graph);
  EXPECT_EQ(changed(result, "constant-folding"), 16U);
  for (const Value& value : result.graph.values()) EXPECT_TRUE(value.type.shape.isKnown()) << value.name;
  EXPECT_EQ(result.graph.value(result.graph.outputs()[0]).type.shape.text(), "1x384x384x3");
}

TEST(PassesOnModels, LeaveNoDequantizeInAModelWithHalfPrecisionWeights) {
  std::shared_ptr<const Model> model;
  const std::optional<Graph> graph = firstGraph("mediapipe/face_landmark.tflite", model);
  if (!graph) GTEST_SKIP() << "TRIREME_TEST_MODELS is not set";
  const PassResult result = passed(*graph);
  EXPECT_EQ(changed(result, "float16-dequantize"), 113U);
  EXPECT_EQ(result.graph.nodes().size(), 97U);
}

}  // namespace
}  // namespace trireme::passes
