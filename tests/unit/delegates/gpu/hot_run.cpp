#include "tests/unit/delegates/gpu/hot_run.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/common/half_float.h"
#include "kernels/common/padding.h"

namespace trireme::gpu {
namespace {

constexpr float kUnit = 0x1p-24f, kHalfUnit = 0x1p-11f;

// Inputs that half storage holds as they are.
void roundToHalves(const Graph& graph, std::vector<Bytes>& inputs) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (graph.value(graph.inputs()[i]).type.dtype != DataType::Float32) continue;
    auto* values = reinterpret_cast<float*>(inputs[i].data());
    for (size_t k = 0; k < inputs[i].size() / sizeof(float); ++k) {
      values[k] = common::floatFromHalf(common::halfFromFloat(values[k]));
    }
  }
}

void expectClose(const Bytes& expected, const Bytes& found, int64_t terms, bool halves) {
  const auto* a = reinterpret_cast<const float*>(expected.data());
  const auto* b = reinterpret_cast<const float*>(found.data());
  for (size_t i = 0; i < expected.size() / sizeof(float); ++i) {
    // Weights and bias are rounded to halves too.
    const float sums = (halves ? kHalfUnit : 8 * kUnit) * float(terms + 2);
    const float bound = sums + (halves ? 2 * kHalfUnit : 8 * kUnit) * std::abs(a[i]);
    ASSERT_LE(std::abs(a[i] - b[i]), bound) << "element " << i << ": " << b[i] << ", expected " << a[i];
  }
}

}  // namespace

HotRun runOnGpu(const Graph& graph, GpuDevice& device, Precision precision, const std::vector<Bytes>& inputs) {
  std::vector<NodeId> nodes;
  for (size_t i = 0; i < graph.nodes().size(); ++i) nodes.push_back(NodeId(i));
  const PartitionView view{graph, nodes, graph.inputs(), graph.outputs()};
  HotRun run;
  auto lowered = lowerPartition(view, device.limits(), precision, LowerFor::Running);
  EXPECT_TRUE(lowered.ok()) << lowered.status().message();
  if (!lowered.ok()) return run;
  run.list = lowered.value().list;
  std::vector<KernelKey> keys;
  for (const Dispatch& dispatch : run.list.dispatches) keys.push_back(dispatch.kernel);
  const Status compiled = device.compile(keys);
  EXPECT_TRUE(compiled.ok()) << compiled.message();
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  for (const BufferSpec& spec : run.list.buffers) {
    buffers.push_back(std::move(device.allocate(spec.bytes)).value());
    views.push_back({buffers.back().get(), 0, spec.bytes});
    const std::vector<std::byte>* content = nullptr;
    if (spec.kind == BufferSpec::Kind::Weights) content = &lowered.value().weights[spec.number];
    if (spec.kind == BufferSpec::Kind::Input) content = &inputs[spec.number];
    if (content == nullptr) continue;
    EXPECT_TRUE(device.upload(*content, {buffers.back().get(), 0, content->size()}).wait().ok());
  }
  auto executable = device.build(run.list, views);
  EXPECT_TRUE(executable.ok());
  const Status ran = executable.value()->run().wait();
  EXPECT_TRUE(ran.ok()) << ran.message() << "\n" << print(run.list);
  run.outputs.resize(graph.outputs().size());
  for (size_t i = 0; i < run.list.buffers.size(); ++i) {
    const BufferSpec& spec = run.list.buffers[i];
    if (spec.kind != BufferSpec::Kind::Output) continue;
    run.outputs[spec.number].resize(spec.bytes);
    EXPECT_TRUE(device.download(views[i], run.outputs[spec.number]).wait().ok());
  }
  return run;
}

void expectLikeReference(const Graph& graph, GpuDevice& device, Precision precision, int64_t terms) {
  for (const Node& node : graph.nodes()) {
    const Support support = supportsNode(graph, node, device.limits());
    ASSERT_TRUE(support.ok()) << opName(node.op) << ": " << support.reasons()[0].detail;
  }
  std::vector<Bytes> inputs = cpu::randomInputs(graph, 7);
  if (precision != Precision::Exact) roundToHalves(graph, inputs);
  const std::vector<Bytes> all = cpu::evaluateAll(graph, inputs);
  const HotRun run = runOnGpu(graph, device, precision, inputs);
  ASSERT_EQ(run.outputs.size(), graph.outputs().size());
  for (size_t i = 0; i < run.outputs.size(); ++i) {
    const Bytes& expected = all[index(graph.outputs()[i])];
    ASSERT_EQ(run.outputs[i].size(), expected.size());
    if (graph.value(graph.outputs()[i]).type.dtype == DataType::Float32) {
      expectClose(expected, run.outputs[i], terms, precision != Precision::Exact);
    } else {
      for (size_t k = 0; k < expected.size(); ++k) {
        ASSERT_EQ(int(run.outputs[i][k]), int(expected[k])) << "element " << k << "\n" << print(run.list);
      }
    }
    if (testing::Test::HasFatalFailure()) return;
  }
}

Graph transposeGraph(const TransposeCase& c) {
  support::Random random(42);
  graph::Builder builder;
  const bool isFloat = c.dtype == DataType::Float32, same = c.padding == Padding::Same;
  const auto out = [&](int64_t in, int64_t taps, int64_t stride) {
    if (c.op == OpKind::TransposeConv) return same ? in * stride : (in - 1) * stride + taps;
    const int64_t cut = same ? std::max<int64_t>(0, taps - (in - 1) % stride - 1) : 0;
    return (in - 1) * stride + taps - cut;
  };
  const int64_t outH = out(c.inH, c.filterH, c.strideH), outW = out(c.inW, c.filterW, c.strideW);
  const int32_t zero = c.dtype == DataType::UInt8 ? 121 : 3;
  const ValueId image =
      builder.addInput("image", cpu::layerType(c.dtype, {c.batches, c.inH, c.inW, c.inC}, 0.02f, zero));
  TensorType type =
      cpu::layerType(c.dtype, {c.outC, c.filterH, c.filterW, c.inC}, 0.01f, c.dtype == DataType::UInt8 ? 131 : 0);
  const ValueId filter = builder.addConstant("filter", type, random.bytes(type));
  ValueId bias;
  if (isFloat) {
    bias = builder.addConstant("bias", support::floats({c.outC}), random.bytes(support::floats({c.outC})));
  } else {
    std::vector<int32_t> codes(size_t(c.outC), 777);
    bias = builder.addConstant("bias", support::quantized(DataType::Int32, {c.outC}, 0.02f * 0.01f, 0), codes);
  }
  const std::vector<int32_t> shape{int32_t(c.batches), int32_t(outH), int32_t(outW), int32_t(c.outC)};
  const ValueId result = builder.addInner(
      "result", cpu::layerType(c.dtype, {c.batches, outH, outW, c.outC}, 0.05f, c.dtype == DataType::UInt8 ? 120 : -5));
  Node node;
  node.op = c.op;
  node.params =
      TransposeConvParams{.padding = c.padding, .activation = c.activation, .strideH = c.strideH, .strideW = c.strideW};
  node.inputs = {image, filter, bias};
  if (c.op == OpKind::TransposeConv) {
    node.inputs = {builder.addConstant("shape", support::plain(DataType::Int32, {4}), shape), filter, image, bias};
  }
  node.outputs = {result};
  builder.addNode(node);
  builder.setOutputs({result});
  auto graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return std::move(graph).value();
}

}  // namespace trireme::gpu
