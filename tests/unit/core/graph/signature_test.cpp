#include "core/graph/signature.h"

#include <gmock/gmock.h>

#include <set>

#include "core/graph/builder.h"

namespace trireme::graph {
namespace {

TensorType floats(std::initializer_list<int64_t> dims) { return {DataType::Float32, Shape::create(dims).value(), {}}; }

// A convolution that a test changes in one place.
struct Conv {
  Conv2dParams params{};
  TensorType input = floats({1, 8, 8, 3}), filter = floats({4, 3, 3, 3});
  bool constantFilter = true;
  float weight = 1;
  std::string name = "x";

  std::string signature() const {
    Builder builder;
    const ValueId x = builder.addInput(name, input);
    const std::vector<float> weights(4 * 3 * 3 * 3, weight);
    const ValueId w = constantFilter ? builder.addConstant("w", filter, weights) : builder.addInput("w", filter);
    const ValueId y = builder.addInner("y", floats({1, 8, 8, 4}));
    Node node;
    node.op = OpKind::Conv2d;
    node.params = params;
    node.inputs = {x, w, kNoValue};
    node.outputs = {y};
    builder.addNode(std::move(node));
    builder.setOutputs({y});
    const Graph graph = std::move(builder).build().value();
    return signatureOf(graph, NodeId{0});
  }
};

TEST(Signature, IsReadable) {
  EXPECT_EQ(Conv().signature(),
            "CONV_2D float32; 0 0 1 1 1 1 0; float32 1x8x8x3, const float32 4x3x3x3, - -> float32 1x8x8x4");
  EXPECT_EQ(familyOf(Conv().signature()), "CONV_2D float32");
}

TEST(Signature, LeavesOutNamesAndNumbers) {
  Conv other;
  other.name = "another";
  other.weight = 7;
  EXPECT_EQ(Conv().signature(), other.signature());
}

TEST(Signature, DiffersWithEverythingThatIsOtherWork) {
  std::vector<Conv> all(12);
  all[1].params.padding = Padding::Valid;
  all[2].params.activation = Activation::Relu6;
  all[3].params.strideH = 2;
  all[4].params.strideW = 2;
  all[5].params.dilationH = 2;
  all[6].params.dilationW = 2;
  all[7].params.quantizedBiasType = DataType::Int64;
  all[8].input = floats({1, 9, 8, 3});
  all[9].constantFilter = false;
  all[10].filter.quantization = {{1, 1, 1, 1}, {0, 0, 0, 0}, 0, 0};
  all[11].filter.quantization = {{1}, {0}, -1, 0};
  std::set<std::string> signatures;
  for (const Conv& one : all) signatures.insert(one.signature());
  EXPECT_EQ(signatures.size(), all.size());
}

TEST(Signature, OfAnOperatorWithManyOptionsHoldsThemAll) {
  Builder builder;
  const ValueId x = builder.addInput("x", floats({4}));
  const ValueId y = builder.addInner("y", floats({4}));
  DetectionPostProcessParams params;
  params.maxDetections = 11;
  params.nmsIouThreshold = 0.5F;
  params.scaleW = 5;
  params.regularNms = true;
  Node node;
  node.op = OpKind::Custom;
  node.params = params;
  node.inputs = {x};
  node.outputs = {y};
  builder.addNode(std::move(node));
  builder.setOutputs({y});
  const Graph graph = std::move(builder).build().value();
  EXPECT_THAT(signatureOf(graph, NodeId{0}), testing::HasSubstr("; 11 1 100 0 0 0.5 1 1 1 5 true; "));
}

}  // namespace
}  // namespace trireme::graph
