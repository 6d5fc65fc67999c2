// Operators of a speech network in int16, with the outputs that their publisher gives: bit for bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "kernels/reference/evaluate.h"
#include "tests/support/shared_files.h"
#include "trireme/interpreter.h"

namespace trireme {
namespace {

std::vector<int16_t> codes(const std::filesystem::path& path) {
  std::vector<int16_t> result;
  for (const double number : support::numbers(path)) result.push_back(int16_t(number));
  return result;
}

// The file beside `model` that ends in `ending`: "add0.tflite" and "_golden_int16.csv".
std::filesystem::path beside(const std::filesystem::path& model, const std::string& ending) {
  return model.parent_path() / (model.stem().string() + ending);
}

// Runs the one node of a file on the inputs beside it.
void expectGolden(const std::filesystem::path& path) {
  SCOPED_TRACE(path.string());
  const auto model = Model::fromFile(path);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Graph& graph = model.value()->subgraphs()[0];
  ASSERT_EQ(graph.nodes().size(), 1u);
  const Node& node = graph.nodes()[0];
  std::vector<std::vector<int16_t>> given;
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    given.push_back(codes(beside(path, "_input" + std::to_string(i) + "_int16.csv")));
    ASSERT_EQ(int64_t(given.back().size()), graph.value(graph.inputs()[i]).type.shape.elements());
  }
  std::vector<const std::byte*> inputs;
  for (const ValueId id : node.inputs) {
    const auto at = std::find(graph.inputs().begin(), graph.inputs().end(), id);
    inputs.push_back(at == graph.inputs().end()
                         ? graph.value(id).constant.data()
                         : reinterpret_cast<const std::byte*>(given[size_t(at - graph.inputs().begin())].data()));
  }
  std::vector<int16_t> found(size_t(graph.value(node.outputs[0]).type.shape.elements()));
  std::byte* outputs[] = {reinterpret_cast<std::byte*>(found.data())};
  const Status status = reference::evaluate(graph, node, {inputs, outputs, nullptr});
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(found, codes(beside(path, "_golden_int16.csv")));
}

class SeanetOperators : public testing::TestWithParam<const char*> {};

TEST_P(SeanetOperators, GiveThePublishedOutputs) {
  const auto ops = support::opsFolder();
  if (!ops) GTEST_SKIP() << support::missing();
  const auto files = support::modelFiles(*ops / "seanet" / GetParam());
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) expectGolden(file);
}
INSTANTIATE_TEST_SUITE_P(Int16, SeanetOperators, testing::Values("add", "pad", "strided_slice", "sub"),
                         [](const auto& folder) { return std::string(folder.param); });

}  // namespace
}  // namespace trireme
