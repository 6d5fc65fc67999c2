#include <algorithm>

#include "tests/unit/delegates/gpu/lowered.h"

namespace trireme::gpu {
namespace {

using support::floats;
using support::plain;

TensorType codes(std::initializer_list<int64_t> dims, float scale = 0.05f) {
  return support::quantized(DataType::Int8, dims, scale, -3);
}

size_t countOf(const LoweredPartition& partition, std::string_view program) {
  size_t count = 0;
  for (const Dispatch& dispatch : partition.list.dispatches) {
    count += programInfo(dispatch.kernel.program).name == program ? 1 : 0;
  }
  return count;
}

TEST(Lowering, AConcatenationOfWholeVectorsMovesNothing) {
  for (const GpuLimits& limits : {narrowGpu(), wideCores()}) {
    Grown net;
    const ValueId in = net.input(codes({1, 4, 4, 32}));
    const ValueId a = net.node(OpKind::Relu, NoParams(), {in}, codes({1, 4, 4, 32}));
    const ValueId b = net.node(OpKind::Neg, NoParams(), {in}, codes({1, 4, 4, 32}));
    const ValueId joined =
        net.node(OpKind::Concatenation, ConcatenationParams{3, Activation::None}, {a, b}, codes({1, 4, 4, 64}));
    const LoweredPartition partition =
        lowered(net.build({net.node(OpKind::Relu6, NoParams(), {joined}, codes({1, 4, 4, 64}))}), limits);
    EXPECT_EQ(3u, countOf(partition, "lookup"));
    EXPECT_EQ(0u, countOf(partition, "copy"));
  }
}

TEST(Lowering, OfADeviceThatStartsFewGroupsAnItemTakesMore) {
  GpuLimits few = narrowGpu();
  few.maxGroups = {4, 1, 1};
  for (const OpKind op : {OpKind::Relu, OpKind::Quantize}) {
    Grown net;
    const ValueId in = net.input(op == OpKind::Relu ? codes({1, 64, 64, 3}) : plain(DataType::Float32, {1, 64, 64, 3}));
    const LoweredPartition partition = lowered(net.build({net.node(op, NoParams(), {in}, codes({1, 64, 64, 3}))}), few);
    for (const Dispatch& dispatch : partition.list.dispatches) EXPECT_LE(dispatch.groups[0], 4u);
    EXPECT_EQ(1u, partition.list.dispatches.size());
  }
}

TEST(Lowering, AConcatenationAtOddChannelsCopiesWhatItCannotWriteInPlace) {
  Grown net;
  const ValueId in = net.input(codes({1, 4, 4, 5}));
  const ValueId a = net.node(OpKind::Relu, NoParams(), {in}, codes({1, 4, 4, 5}));
  const ValueId b = net.node(OpKind::Neg, NoParams(), {in}, codes({1, 4, 4, 5}));
  const ValueId joined =
      net.node(OpKind::Concatenation, ConcatenationParams{3, Activation::None}, {a, b}, codes({1, 4, 4, 10}));
  const LoweredPartition partition =
      lowered(net.build({net.node(OpKind::Relu6, NoParams(), {joined}, codes({1, 4, 4, 10}))}), narrowGpu());
  EXPECT_EQ(3u, countOf(partition, "lookup"));
  EXPECT_EQ(2u, countOf(partition, "copy"));  // the operands; the border is written at once
}

TEST(Lowering, AReshapeThatKeepsRowsOfVectorsMovesNothing) {
  for (const GpuLimits& limits : {narrowGpu(), wideCores()}) {
    Grown net;
    const ValueId in = net.input(codes({1, 4, 4, 32}));
    const ValueId a = net.node(OpKind::Relu, NoParams(), {in}, codes({1, 4, 4, 32}));
    const ValueId flat =
        net.node(OpKind::Reshape, ReshapeParams{{1, 512}}, {a, net.integers({1, 512})}, codes({1, 512}));
    const LoweredPartition partition =
        lowered(net.build({net.node(OpKind::Relu6, NoParams(), {flat}, codes({1, 512}))}), limits);
    EXPECT_EQ(2u, partition.list.dispatches.size());
  }
}

TEST(Lowering, MoversReadADenseBorderAsItIs) {
  Grown net;
  const ValueId in = net.input(floats({1, 5, 7, 3}));
  const ValueId padded =
      net.node(OpKind::Pad, NoParams(),
               {in, net.constant(plain(DataType::Int32, {4, 2}), std::vector<int32_t>{0, 0, 1, 1, 1, 1, 0, 1})},
               floats({1, 7, 9, 4}));
  const LoweredPartition partition = lowered(net.build({padded}), narrowGpu());
  EXPECT_EQ(1u, partition.list.dispatches.size());
}

TEST(Lowering, HalfStorageConvertsAtTheBordersAlone) {
  Grown net;
  const ValueId in = net.input(floats({2, 4, 16}));
  const ValueId turned = net.node(OpKind::Transpose, NoParams(), {in, net.integers({1, 0, 2})}, floats({4, 2, 16}));
  const LoweredPartition partition = lowered(net.build({turned}), narrowGpu(), Precision::Relaxed);
  ASSERT_EQ(3u, partition.list.dispatches.size());
  EXPECT_EQ("copy D=f16 S=f32 KIND=1 local 8x16x1", kernelText(partition.list.dispatches[0].kernel));
  EXPECT_EQ("copy D=i32 S=i32 KIND=1 local 8x16x1", kernelText(partition.list.dispatches[1].kernel));
  EXPECT_EQ("copy D=f32 S=f16 KIND=1 local 8x16x1", kernelText(partition.list.dispatches[2].kernel));
}

Graph transposed() {
  Grown net;
  const ValueId in = net.input(floats({1, 6, 8, 32}));
  return net.build({net.node(OpKind::Transpose, NoParams(), {in, net.integers({0, 3, 1, 2})}, floats({1, 32, 6, 8}))});
}

TEST(Lowering, ATransposeOnANarrowGpuHasThisList) {
  EXPECT_EQ(R"(buffer 0: input0 6144 bytes
buffer 1: output0 6144 bytes
call 0: copy D=i32 S=i32 KIND=0 local 8x16x1 groups 6x2x1 src=input0[0+6144] dst=output0[0+6144] d1=1 d2=1 d3=32 d4=48 s0=0 s1=0 s2=0 s3=1 s4=32 t0=0 t1=0 t2=0 t3=48 t4=1 b0=0 b1=0 b2=0 b3=0 b4=0 n0=1 n1=1 n2=1 n3=32 n4=48 srcAt=0 dstAt=0 channels=48 run=1 rows=1 srcEnd=1536 fillCode=0 fill=0
)",
            print(lowered(transposed(), narrowGpu()).list));
}

TEST(Lowering, ATransposeOnWideCoresReadsAcrossIntoADenseBorder) {
  EXPECT_EQ(R"(buffer 0: input0 6144 bytes
buffer 1: output0 6144 bytes
call 0: copy D=i32 S=i32 KIND=3 local 1x1x1 groups 3x2x1 src=input0[0+6144] dst=output0[0+6144] d1=1 d2=1 d3=32 d4=48 s0=0 s1=0 s2=0 s3=1 s4=32 t0=0 t1=0 t2=0 t3=48 t4=1 b0=0 b1=0 b2=0 b3=0 b4=0 n0=1 n1=1 n2=1 n3=32 n4=48 srcAt=0 dstAt=0 channels=48 run=16 rows=16 srcEnd=1536 fillCode=0 fill=0
)",
            print(lowered(transposed(), wideCores()).list));
}

Graph padded() {
  Grown net;
  const ValueId in = net.input(codes({1, 3, 5, 20}));
  return net.build(
      {net.node(OpKind::Pad, NoParams(),
                {in, net.constant(plain(DataType::Int32, {4, 2}), std::vector<int32_t>{0, 0, 1, 1, 0, 1, 0, 0})},
                codes({1, 5, 6, 20}))});
}

TEST(Lowering, APadOnANarrowGpuHasThisList) {
  EXPECT_EQ(R"(buffer 0: input0 300 bytes
buffer 1: output0 600 bytes
call 0: copy D=i32 S=i32 KIND=0 local 8x16x1 groups 4x1x1 src=input0[0+300] dst=output0[0+600] d1=1 d2=1 d3=5 d4=30 s0=0 s1=0 s2=0 s3=25 s4=1 t0=0 t1=0 t2=0 t3=30 t4=1 b0=0 b1=0 b2=0 b3=1 b4=0 n0=1 n1=1 n2=1 n3=3 n4=25 srcAt=0 dstAt=0 channels=30 run=1 rows=1 srcEnd=75 fillCode=-33686019 fill=-3
)",
            print(lowered(padded(), narrowGpu()).list));
}
TEST(Lowering, APadOnWideCoresHasThisList) {
  EXPECT_EQ(R"(buffer 0: input0 300 bytes
buffer 1: output0 600 bytes
call 0: copy D=i32 S=i32 KIND=2 local 1x1x1 groups 1x1x1 src=input0[0+300] dst=output0[0+600] d1=1 d2=1 d3=5 d4=30 s0=0 s1=0 s2=0 s3=25 s4=1 t0=0 t1=0 t2=0 t3=30 t4=1 b0=0 b1=0 b2=0 b3=1 b4=0 n0=1 n1=1 n2=1 n3=3 n4=25 srcAt=0 dstAt=0 channels=30 run=30 rows=5 srcEnd=75 fillCode=-33686019 fill=-3
)",
            print(lowered(padded(), wideCores()).list));
}

Graph split() {
  Grown net;
  const ValueId axis = net.constant(plain(DataType::Int32, {}), std::vector<int32_t>{1});
  const ValueId in = net.input(floats({2, 12}));
  return net.build(
      net.node(OpKind::Split, SplitParams{3}, {axis, in}, {floats({2, 4}), floats({2, 4}), floats({2, 4})}));
}

TEST(Lowering, ASplitOnANarrowGpuHasThisList) {
  EXPECT_EQ(R"(buffer 0: input0 96 bytes
buffer 1: output0 32 bytes
buffer 2: output1 32 bytes
buffer 3: output2 32 bytes
call 0: copy D=i32 S=i32 KIND=1 local 8x16x1 groups 1x1x1 src=input0[0+96] dst=output0[0+32] d1=1 d2=1 d3=2 d4=1 s0=0 s1=0 s2=0 s3=12 s4=4 t0=0 t1=0 t2=0 t3=4 t4=4 b0=0 b1=0 b2=0 b3=0 b4=0 n0=1 n1=1 n2=1 n3=2 n4=1 srcAt=0 dstAt=0 channels=4 run=1 rows=1 srcEnd=24 fillCode=0 fill=0
call 0: copy D=i32 S=i32 KIND=1 local 8x16x1 groups 1x1x1 src=input0[0+96] dst=output1[0+32] d1=1 d2=1 d3=2 d4=1 s0=0 s1=0 s2=0 s3=12 s4=4 t0=0 t1=0 t2=0 t3=4 t4=4 b0=0 b1=0 b2=0 b3=0 b4=0 n0=1 n1=1 n2=1 n3=2 n4=1 srcAt=4 dstAt=0 channels=4 run=1 rows=1 srcEnd=24 fillCode=0 fill=0
call 0: copy D=i32 S=i32 KIND=1 local 8x16x1 groups 1x1x1 src=input0[0+96] dst=output2[0+32] d1=1 d2=1 d3=2 d4=1 s0=0 s1=0 s2=0 s3=12 s4=4 t0=0 t1=0 t2=0 t3=4 t4=4 b0=0 b1=0 b2=0 b3=0 b4=0 n0=1 n1=1 n2=1 n3=2 n4=1 srcAt=8 dstAt=0 channels=4 run=1 rows=1 srcEnd=24 fillCode=0 fill=0
)",
            print(lowered(split(), narrowGpu()).list));
}

// Relus, concatenations, slices and reshapes of codes, each of any value so far of a fitting shape.
Graph tangled(uint64_t seed) {
  support::Random random(seed);
  Grown net;
  std::vector<ValueId> values = {net.input(codes({6, 24}))};
  for (int i = 0; i < 40; ++i) {
    const auto any = [&] { return values[size_t(random.between(0, int64_t(values.size()) - 1))]; };
    const ValueId a = any(), b = any();
    switch (random.between(0, 4)) {
      case 0: {
        const ValueId wide =
            net.node(OpKind::Concatenation, ConcatenationParams{1, Activation::None}, {a, b}, codes({6, 48}));
        values.push_back(
            net.node(OpKind::Slice, NoParams(), {wide, net.integers({0, 7}), net.integers({6, 24})}, codes({6, 24})));
        break;
      }
      case 1: {
        const ValueId flat =
            net.node(OpKind::Reshape, ReshapeParams{{12, 12}}, {a, net.integers({12, 12})}, codes({12, 12}));
        const ValueId turned = net.node(OpKind::Transpose, NoParams(), {flat, net.integers({1, 0})}, codes({12, 12}));
        values.push_back(
            net.node(OpKind::Reshape, ReshapeParams{{6, 24}}, {turned, net.integers({6, 24})}, codes({6, 24})));
        break;
      }
      default:
        values.push_back(
            net.node(random.between(0, 1) == 0 ? OpKind::Relu6 : OpKind::Neg, NoParams(), {a}, codes({6, 24})));
    }
  }
  // Each must be read, or the graph is not one.
  return net.build({values.begin() + 1, values.end()});
}

// Follows every range of scratch memory: what a dispatch reads was last written as that very range, whole.
void expectNothingOverwritten(const DispatchList& list) {
  std::vector<Binding> written;
  const auto scratch = [&](const Binding& binding) {
    return list.buffers[binding.buffer].kind == BufferSpec::Kind::Scratch;
  };
  for (size_t i = 0; i < list.dispatches.size(); ++i) {
    for (const Binding& binding : list.dispatches[i].bindings) {
      if (!scratch(binding)) continue;
      const auto meets = [&](const Binding& other) {
        return other.offset < binding.offset + binding.bytes && binding.offset < other.offset + other.bytes;
      };
      const auto last = std::find_if(written.rbegin(), written.rend(), meets);
      if (binding.written) {
        written.push_back(binding);
      } else {
        ASSERT_NE(written.rend(), last) << "dispatch " << i << " reads what nobody wrote";
        ASSERT_EQ(binding.offset, last->offset) << "dispatch " << i;
        ASSERT_EQ(binding.bytes, last->bytes) << "dispatch " << i;
      }
    }
  }
}

TEST(Lowering, LiveScratchMemoryIsNeverSharedAndDeadMemoryIs) {
  size_t sum = 0, most = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    for (const GpuLimits& limits : {narrowGpu(), wideCores()}) {
      const LoweredPartition partition = lowered(tangled(seed), limits);
      expectNothingOverwritten(partition.list);
      for (const Dispatch& dispatch : partition.list.dispatches) {
        for (const Binding& binding : dispatch.bindings) {
          const bool scratch = partition.list.buffers[binding.buffer].kind == BufferSpec::Kind::Scratch;
          EXPECT_TRUE(!scratch || binding.offset + binding.bytes <= partition.scratchBytes);
          if (scratch && binding.written) sum += binding.bytes;
        }
      }
      most += partition.scratchBytes;
    }
  }
  EXPECT_LT(most, sum);
}

TEST(Lowering, AVeryLongChainOfReshapesEndsAndMovesNothingTwice) {
  Grown net;
  ValueId value = net.node(OpKind::Relu, NoParams(), {net.input(floats({4, 16}))}, floats({4, 16}));
  constexpr int kLength = 50000;
  for (int i = 0; i < kLength; ++i) {
    const bool wide = i % 2 == 0;
    const TensorType type = wide ? floats({2, 32}) : floats({4, 16});
    value = net.node(OpKind::Reshape, ReshapeParams{wide ? std::vector<int32_t>{2, 32} : std::vector<int32_t>{4, 16}},
                     {value}, type);
  }
  const Graph graph = net.build({value});
  for (const GpuLimits& limits : {narrowGpu(), wideCores()}) {
    EXPECT_LE(lowered(graph, limits).list.dispatches.size(), 2u);
  }
}

TEST(Lowering, WhatIsNotTakenIsRefusedWithAReason) {
  Grown net;
  const ValueId in = net.input(floats({2, 3})), axes = net.input(plain(DataType::Int32, {2}));
  const Graph graph = net.build({net.node(OpKind::Transpose, NoParams(), {in, axes}, floats({3, 2})),
                                 net.node(OpKind::Sqrt, NoParams(), {net.input(codes({4}))}, codes({4})),
                                 net.node(OpKind::Relu, NoParams(), {in}, floats({2, 3}))});
  const auto reason = [&](uint32_t node) { return supportsNode(graph, graph.node(NodeId{node}), narrowGpu()); };
  ASSERT_FALSE(reason(0).ok());
  EXPECT_EQ(ReasonCode::NeedsConstant, reason(0).reasons()[0].code);
  ASSERT_FALSE(reason(1).ok());
  // No program for floats or words takes it, and its table cannot refuse a code while it runs.
  const Support table = reason(1);
  EXPECT_EQ(ReasonCode::DataType, table.reasons().front().code);
  EXPECT_EQ(ReasonCode::Quantization, table.reasons().back().code);
}

}  // namespace
}  // namespace trireme::gpu
