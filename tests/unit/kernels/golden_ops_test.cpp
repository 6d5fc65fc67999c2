// Convolutions, leaky ReLUs and a requantisation of a speech network in int16, with the outputs that their publisher
// gives: bit for bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "kernels/reference/evaluate.h"
#include "tests/support/shared_files.h"
#include "trireme/interpreter.h"

namespace trireme::test {
namespace {

template <class T>
std::vector<std::byte> elements(const std::filesystem::path& path) {
  std::vector<std::byte> bytes;
  for (const double number : support::numbers(path)) {
    const auto element = T(number);
    const auto* from = reinterpret_cast<const std::byte*>(&element);
    bytes.insert(bytes.end(), from, from + sizeof(T));
  }
  return bytes;
}

// The CSV beside "add0.tflite" that is named after it: "add0_input0_int16.csv".
std::vector<std::byte> beside(const std::filesystem::path& model, const std::string& role, DataType dtype) {
  const std::string name = model.stem().string() + "_" + role + "_" + std::string(dataTypeName(dtype)) + ".csv";
  const auto path = model.parent_path() / name;
  return dtype == DataType::Int32 ? elements<int32_t>(path) : elements<int16_t>(path);
}

void expectGolden(const std::filesystem::path& path) {
  SCOPED_TRACE(path.string());
  const auto model = Model::fromFile(path);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Graph& graph = model.value()->subgraphs()[0];
  ASSERT_EQ(graph.nodes().size(), 1u);
  const Node& node = graph.nodes()[0];
  const TensorType& outType = graph.value(node.outputs[0]).type;
  std::vector<std::vector<std::byte>> given;
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    given.push_back(beside(path, "input" + std::to_string(i), graph.value(graph.inputs()[i]).type.dtype));
  }
  std::vector<const std::byte*> inputs;
  for (const ValueId id : node.inputs) {
    const auto at = std::find(graph.inputs().begin(), graph.inputs().end(), id);
    if (at != graph.inputs().end()) {
      inputs.push_back(given[size_t(at - graph.inputs().begin())].data());
    } else {
      inputs.push_back(id == kNoValue ? nullptr : graph.value(id).constant.data());
    }
  }
  const auto size = byteSize(outType);
  ASSERT_TRUE(size.ok());
  std::vector<std::byte> found(size.value());
  std::byte* outputs[] = {found.data()};
  const Status status = reference::evaluate(graph, node, {inputs, outputs, nullptr});
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(found, beside(path, "golden", outType.dtype));
}

class GoldenOperators : public testing::TestWithParam<const char*> {};

TEST_P(GoldenOperators, GiveThePublishedOutputs) {
  const auto ops = support::opsFolder();
  if (!ops) GTEST_SKIP() << support::missing();
  const auto files = support::modelFiles(*ops / "seanet" / GetParam());
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) expectGolden(file);
}

INSTANTIATE_TEST_SUITE_P(Seanet, GoldenOperators, testing::Values("conv", "transpose_conv", "leaky_relu", "quantize"),
                         [](const auto& folder) { return std::string(folder.param); });

}  // namespace
}  // namespace trireme::test
