#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/unit/delegates/gpu/hot_run.h"

namespace trireme::gpu {
namespace {

// Grows a graph behind a padded convolution of floats, or a fully connected layer.
class Chain {
 public:
  ValueId input(std::initializer_list<int64_t> dims) { return last_ = builder_.addInput("in", support::floats(dims)); }
  ValueId constant(std::initializer_list<int64_t> dims) {
    return builder_.addConstant("constant", support::floats(dims), random_.bytes(support::floats(dims)));
  }
  ValueId node(OpKind op, OpParams params, std::vector<ValueId> inputs, std::initializer_list<int64_t> dims) {
    Node made;
    made.op = op;
    made.params = std::move(params);
    made.inputs = std::move(inputs);
    made.outputs = {builder_.addInner("inner", support::floats(dims))};
    builder_.addNode(made);
    return last_ = made.outputs[0];
  }
  ValueId pad(ValueId from, std::vector<int32_t> amounts, std::initializer_list<int64_t> dims) {
    const ValueId steps = builder_.addConstant("paddings", support::plain(DataType::Int32, {4, 2}), amounts);
    return node(OpKind::Pad, NoParams{}, {from, steps}, dims);
  }
  ValueId last() const { return last_; }
  Graph build() {
    builder_.setOutputs({last_});
    auto graph = std::move(builder_).build();
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return std::move(graph).value();
  }

 private:
  graph::Builder builder_;
  support::Random random_{21};
  ValueId last_ = kNoValue;
};

class HotFusion : public testing::TestWithParam<std::pair<uint32_t, bool>> {
 protected:
  static std::unique_ptr<GpuDevice> deviceOf() {
    const auto [width, tiles] = GetParam();
    return tiles ? host::makeHostGpu(host::tiledLimits(width)) : host::makeHostGpu(width);
  }
  // One call that is right, in as many dispatches.
  void expectOneCall(const Graph& graph, size_t dispatches, int64_t terms) {
    const auto device = deviceOf();
    expectLikeReference(graph, *device, Precision::Exact, terms);
    const HotRun run = runOnGpu(graph, *device, Precision::Exact, cpu::randomInputs(graph, 7));
    EXPECT_EQ(run.list.calls.size(), 1u);
    EXPECT_EQ(ownDispatches(run), dispatches) << print(run.list);
  }
  // But copies from and to the borders.
  static size_t ownDispatches(const HotRun& run) {
    return size_t(std::ranges::count_if(
        run.list.dispatches, [](const Dispatch& dispatch) { return dispatch.kernel.program != Program::Copy; }));
  }
  static ValueId conv(Chain& chain, ValueId from, Activation activation = Activation::None) {
    return chain.node(OpKind::Conv2d, Conv2dParams{.padding = Padding::Same, .activation = activation},
                      {from, chain.constant({9, 3, 3, 5}), chain.constant({9})}, {1, 6, 7, 9});
  }
};

// What a layer in parts reads beside its weights is that of each part's channels: slopes, a residual.
TEST_P(HotFusion, FinishesOfALayerInPartsAreThoseOfTheirChannels) {
  for (const OpKind op : {OpKind::Prelu, OpKind::Add}) {
    Chain chain;
    const ValueId in = chain.input({1, 3, 2, 40});
    const auto layer = [&](ValueId from) {
      return chain.node(OpKind::Conv2d, Conv2dParams{.padding = Padding::Same},
                        {from, chain.constant({200, 1, 1, 40}), chain.constant({200})}, {1, 3, 2, 200});
    };
    const ValueId first = layer(in);
    if (op == OpKind::Prelu) {
      chain.node(op, NoParams{}, {first, chain.constant({1, 1, 200})}, {1, 3, 2, 200});
    } else {
      chain.node(op, AddParams{}, {layer(in), first}, {1, 3, 2, 200});
    }
    GpuLimits limits = deviceOf()->limits();
    limits.maxBinding = size_t{40} << 10;
    const auto device = host::makeHostGpu(limits);
    const Graph graph = chain.build();
    expectLikeReference(graph, *device, Precision::Exact, 40);
    const HotRun run = runOnGpu(graph, *device, Precision::Exact, cpu::randomInputs(graph, 7));
    EXPECT_EQ(ownDispatches(run), op == OpKind::Prelu ? 2u : 4u) << print(run.list);
  }
}

TEST_P(HotFusion, APadJoinsTheWindowBehindIt) {
  for (const OpKind op : {OpKind::Conv2d, OpKind::DepthwiseConv2d}) {
    Chain chain;
    const ValueId in = chain.input({2, 6, 7, 5});
    const ValueId padded = chain.pad(in, {0, 0, 1, 2, 3, 0, 0, 0}, {2, 9, 10, 5});
    if (op == OpKind::Conv2d) {
      chain.node(op, Conv2dParams{.padding = Padding::Valid, .strideH = 2, .strideW = 2},
                 {padded, chain.constant({9, 3, 3, 5}), chain.constant({9})}, {2, 4, 4, 9});
    } else {
      chain.node(op, DepthwiseConv2dParams{.padding = Padding::Same},
                 {padded, chain.constant({1, 3, 3, 5}), chain.constant({5})}, {2, 9, 10, 5});
    }
    expectOneCall(chain.build(), 1, 45);
  }
}

TEST_P(HotFusion, AResidualAndItsClampJoinTheProducer) {
  for (const OpKind op : {OpKind::Conv2d, OpKind::DepthwiseConv2d, OpKind::FullyConnected}) {
    Chain chain;
    ValueId result, other;
    std::initializer_list<int64_t> dims = {1, 6, 7, 9};
    if (op == OpKind::Conv2d) {
      const ValueId in = chain.input({1, 6, 7, 5});
      other = chain.input({1, 6, 7, 9});
      result = conv(chain, in, Activation::Relu);
    } else if (op == OpKind::DepthwiseConv2d) {
      const ValueId in = chain.input({1, 6, 7, 9});
      other = chain.input({1, 6, 7, 9});
      result = chain.node(op, DepthwiseConv2dParams{}, {in, chain.constant({1, 3, 3, 9}), chain.constant({9})}, dims);
    } else {
      const ValueId in = chain.input({3, 20});
      other = chain.input({3, 9});
      result = chain.node(op, FullyConnectedParams{}, {in, chain.constant({9, 20}), chain.constant({9})}, {3, 9});
    }
    const auto add = [&](std::initializer_list<int64_t> shape) {
      chain.node(OpKind::Add, AddParams{.activation = Activation::ReluN1To1}, {other, result}, shape);
      chain.node(OpKind::Relu, NoParams{}, {chain.last()}, shape);
    };
    op == OpKind::FullyConnected ? add({3, 9}) : add({1, 6, 7, 9});
    // A border whose channels are no whole vectors is copied; a residual must be pitched.
    expectOneCall(chain.build(), 1, 45);
  }
}

TEST_P(HotFusion, OneFunctionJoinsWhereNothingIsClampedBefore) {
  for (const OpKind op :
       {OpKind::HardSwish, OpKind::Logistic, OpKind::Tanh, OpKind::LeakyRelu, OpKind::Prelu, OpKind::Relu6}) {
    Chain chain;
    const ValueId from = conv(chain, chain.input({1, 6, 7, 5}));
    if (op == OpKind::Prelu) {
      chain.node(op, NoParams{}, {from, chain.constant({1, 1, 9})}, {1, 6, 7, 9});
    } else {
      const OpParams params = op == OpKind::LeakyRelu ? OpParams(LeakyReluParams{.alpha = 0.3f}) : OpParams(NoParams{});
      chain.node(op, params, {from}, {1, 6, 7, 9});
    }
    expectOneCall(chain.build(), 1, 45);
  }
}

TEST_P(HotFusion, AFunctionBehindAClampStaysANodeOfItsOwn) {
  Chain chain;
  const ValueId from = conv(chain, chain.input({1, 6, 7, 5}), Activation::Relu6);
  chain.node(OpKind::Logistic, NoParams{}, {from}, {1, 6, 7, 9});
  const Graph graph = chain.build();
  const GpuLimits limits;
  const LowerQuery query{graph, graph.nodes()[0], limits};
  const Call call{NodeId(0), {}, {}, graph.nodes()[0].outputs[0]};
  EXPECT_FALSE(loweringOf(query)->takesAfter(query, call, graph.nodes()[1]));
}

// Float activations with int8 weights: codes as the reference has them, whole sums, its own scales.
TEST_P(HotFusion, HybridLayersAreLikeTheReference) {
  for (const bool oneScale : {true, false}) {
    for (const OpKind op : {OpKind::Conv2d, OpKind::DepthwiseConv2d, OpKind::FullyConnected}) {
      graph::Builder builder;
      support::Random random(8);
      const bool dense = op == OpKind::FullyConnected;
      const TensorType in = dense ? support::floats({3, 20}) : support::floats({2, 6, 7, 9});
      TensorType filter = dense                  ? support::quantized(DataType::Int8, {9, 20}, 0.01f, 0)
                          : op == OpKind::Conv2d ? support::quantized(DataType::Int8, {9, 3, 3, 9}, 0.01f, 0)
                                                 : support::quantized(DataType::Int8, {1, 3, 3, 9}, 0.01f, 0);
      if (!oneScale) {
        filter.quantization.scales.assign(9, 0.01f);
        for (float& scale : filter.quantization.scales) scale *= random.real(0.5f, 1);
        filter.quantization.zeroPoints.assign(9, 0);
        filter.quantization.axis = op == OpKind::DepthwiseConv2d ? 3 : 0;
      }
      Node node;
      node.op = op;
      node.params =
          dense ? OpParams(FullyConnectedParams{.activation = Activation::Relu, .asymmetricQuantizeInputs = !oneScale})
          : op == OpKind::Conv2d ? OpParams(Conv2dParams{.strideH = 2, .strideW = 2})
                                 : OpParams(DepthwiseConv2dParams{});
      node.inputs = {builder.addInput("in", in), builder.addConstant("filter", filter, random.bytes(filter)),
                     builder.addConstant("bias", support::floats({9}), random.bytes(support::floats({9})))};
      node.outputs = {builder.addInner("out", dense                  ? support::floats({3, 9})
                                              : op == OpKind::Conv2d ? support::floats({2, 3, 4, 9})
                                                                     : support::floats({2, 6, 7, 9}))};
      builder.addNode(node);
      builder.setOutputs({node.outputs[0]});
      auto graph = std::move(builder).build();
      ASSERT_TRUE(graph.ok()) << graph.status().message();
      const auto device = deviceOf();
      // Far less than a code: the codes are the reference's.
      expectLikeReference(graph.value(), *device, Precision::Exact, 1);
    }
  }
}

using Kinds = std::vector<std::pair<uint32_t, bool>>;  // vector width; with tiles
const Kinds kKinds = {{4, false}, {8, false}, {16, false}, {4, true}, {8, true}, {16, true}};
INSTANTIATE_TEST_SUITE_P(Host, HotFusion, testing::ValuesIn(kKinds));

}  // namespace
}  // namespace trireme::gpu
