#include "tools/zoo/networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/graph/inference.h"
#include "core/graph/work.h"

namespace trireme::zoo {
namespace {

Graph built(std::string_view name, uint64_t seed = 1) {
  const auto network = findNetwork(name);
  EXPECT_TRUE(network.ok());
  Result<Graph> graph = network.value()->build(seed);
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return std::move(graph).value();
}

// A row of the specification: what the network must come to.
struct Row {
  std::string_view name;
  std::vector<int64_t> input;
  int64_t parameters;
  double megaMacs;  // to the last digit given
  int64_t convolutions;
  int64_t zeroBiases = 0;  // in the file beside the parameters: of convolutions that have no bias
};
int64_t zeroBiases(const Graph& graph) {
  int64_t zeros = 0;
  for (const Node& node : graph.nodes()) {
    if (node.op != OpKind::Conv2d) continue;
    const Value& bias = graph.value(node.inputs[2]);
    const bool zero = std::ranges::all_of(bias.constant, [](std::byte b) { return b == std::byte{0}; });
    zeros += zero ? bias.type.shape.elements() : 0;
  }
  return zeros;
}

class Counts : public testing::TestWithParam<Row> {};

TEST_P(Counts, AreThoseOfTheSpecification) {
  const Row& row = GetParam();
  const Graph graph = built(row.name);
  const Network& network = *findNetwork(row.name).value();
  const Shape& input = graph.value(graph.inputs()[0]).type.shape;
  EXPECT_EQ(std::vector<int64_t>(input.dims().begin(), input.dims().end()), row.input);
  EXPECT_EQ(graph::parameterCount(graph) - zeroBiases(graph), row.parameters);
  EXPECT_EQ(zeroBiases(graph), row.zeroBiases);
  const int64_t macs = graph::graphWork(graph).macs;
  EXPECT_NEAR(double(macs) / 1e6, row.megaMacs, 0.005);
  int64_t convolutions = 0;
  for (const Node& node : graph.nodes()) {
    convolutions += node.op == OpKind::Conv2d || node.op == OpKind::DepthwiseConv2d ? 1 : 0;
  }
  EXPECT_EQ(convolutions, row.convolutions);
  // The list says the same.
  EXPECT_EQ(network.parameters, row.parameters + row.zeroBiases);
  EXPECT_EQ(network.macs, macs);
  EXPECT_EQ(std::vector<int64_t>(network.input.begin(), network.input.end()),
            std::vector<int64_t>(row.input.begin() + 1, row.input.end()));
}

INSTANTIATE_TEST_SUITE_P(
    Zoo, Counts,
    testing::Values(Row{"lenet", {1, 28, 28, 1}, 866890, 2.446848, 2},
                    Row{"mobilenet_v1", {1, 224, 224, 3}, 4221032, 568.74, 28},
                    Row{"mobilenet_v2", {1, 224, 224, 3}, 3487816, 300.77, 52},
                    Row{"mobilenet_v3_large", {1, 224, 224, 3}, 5470832, 216.59, 64},
                    Row{"squeezenet_1_0", {1, 227, 227, 3}, 1248424, 832.67, 26},
                    Row{"squeezenet_1_1", {1, 227, 227, 3}, 1235496, 352.54, 26},
                    Row{"resnet50", {1, 224, 224, 3}, 25530472, 3857.97, 53},
                    Row{"inception_v3", {1, 299, 299, 3}, 23817352, 5713.22, 94},
                    Row{"densenet121", {1, 224, 224, 3}, 7971368, 2834.16, 120, 58 * 32 + 128 + 256 + 512},
                    Row{"deeplab_v3", {1, 513, 513, 3}, 2097013, 2740.71, 55},
                    Row{"srcnn", {1, 300, 300, 3}, 69251, 6223.68, 3}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Networks, HaveTheShapesThatInferenceGives) {
  for (const Network& network : networks()) {
    const Graph graph = built(network.name);
    Result<Graph> inferred = graph::inferShapes(graph, {});
    ASSERT_TRUE(inferred.ok()) << network.name << ": " << inferred.status().message();
    for (size_t v = 0; v < graph.values().size(); ++v) {
      EXPECT_EQ(inferred.value().values()[v].type, graph.values()[v].type) << network.name;
    }
  }
}

TEST(Networks, UnknownNamesAreToldTheKnownOnes) {
  const auto found = findNetwork("mobilenet");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().code(), Code::InvalidArgument);
  EXPECT_NE(found.status().message().find("'mobilenet'"), std::string_view::npos);
  for (const Network& network : networks()) {
    EXPECT_NE(found.status().message().find(network.name), std::string_view::npos);
  }
}

}  // namespace
}  // namespace trireme::zoo
