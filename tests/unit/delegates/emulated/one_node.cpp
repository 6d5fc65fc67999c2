#include "tests/unit/delegates/emulated/one_node.h"

#include <gtest/gtest.h>

#include "delegates/emulated/support.h"

namespace trireme::emulated {
namespace {

TensorType typeOf(const Operand& operand) {
  TensorType type{operand.dtype, Shape::create(operand.dims).value(), {}};
  if (operand.scale > 0) {
    const size_t count = operand.slices > 0 ? size_t(operand.slices) : 1;
    type.quantization = {std::vector<float>(count, operand.scale), std::vector<int32_t>(count, operand.zeroPoint),
                         operand.slices > 0 ? 0 : -1, 0};
  }
  return type;
}

}  // namespace

Graph graphOf(const OneNode& one) {
  graph::Builder builder("one");
  Node node;
  node.op = one.op;
  node.version = one.version;
  node.params = one.params;
  for (size_t i = 0; i < one.inputs.size(); ++i) {
    const TensorType type = typeOf(one.inputs[i]);
    const std::string name = "in" + std::to_string(i);
    if (one.inputs[i].absent) {
      node.inputs.push_back(kNoValue);
    } else if (one.inputs[i].constant) {
      const std::vector<std::byte> bytes(byteSize(type).value());
      node.inputs.push_back(builder.addConstant(name, type, std::span(bytes)));
    } else {
      node.inputs.push_back(builder.addInput(name, type));
    }
  }
  for (size_t i = 0; i < one.outputs.size(); ++i) {
    node.outputs.push_back(builder.addInner("out" + std::to_string(i), typeOf(one.outputs[i])));
  }
  builder.setOutputs(node.outputs);
  builder.addNode(std::move(node));
  auto graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return graph.ok() ? std::move(graph).value() : Graph();
}

std::string profileText(const std::string& rows, const std::string& more) {
  return R"({"name": "mine", "title": "A test's device", "kind": "npu", "source": "invented", "operators": [)" + rows +
         R"(], "perf": {"macs_per_second": {"float32": 1e9, "int8": 4e9}, "depthwise_macs_per_second": {"float32": 5e8},
         "bytes_per_second": 1e9, "node_us": 10, "partition_us": 100, "copy_us": 50, "copy_bytes_per_second": 1e8})" +
         more + "}";
}

Profile profileWith(const std::string& rows, const std::string& more) {
  auto profile = readProfile(profileText(rows, more), "mine.json");
  EXPECT_TRUE(profile.ok()) << profile.status().message();
  return profile.ok() ? std::move(profile).value() : Profile();
}

std::string refusals(const Profile& profile, const OneNode& node) {
  std::string text;
  const Support support = answer(profile, graphOf(node), NodeId{0});
  for (const Reason& reason : support.reasons()) {
    text += (text.empty() ? "" : "; ") + std::string(reasonName(reason.code)) + ": " + reason.detail;
  }
  return text;
}

}  // namespace trireme::emulated
