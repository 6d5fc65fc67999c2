#include "tests/support/random_tensors.h"
#include "tests/unit/delegates/gpu/lowered.h"

// One small network on the limits of five classes of devices: which programs it becomes, in which form and groups.
namespace trireme::gpu {
namespace {

using support::floats;

GpuLimits poclLimits() {
  GpuLimits limits = wideCores();
  limits.maxGroupSize = 4096;
  limits.sharedBytes = 524288;
  limits.bindingAlignment = 128;
  return limits;
}
GpuLimits lavapipeLimits() {
  GpuLimits limits;
  limits.lanesAcross = true;
  limits.maxGroupSize = 1024;
  limits.sharedBytes = 32768;
  limits.computeUnits = 2;
  limits.bindingAlignment = 64;
  limits.float64 = true;
  return limits;
}
GpuLimits adrenoLimits() {
  GpuLimits limits;
  limits.maxGroupSize = 1024;
  limits.sharedBytes = 32768;
  limits.computeUnits = 3;
  return limits;
}
GpuLimits maliLimits() {
  GpuLimits limits;
  limits.maxGroupSize = 64;  // of many registers
  limits.sharedBytes = 32768;
  limits.computeUnits = 10;
  return limits;
}

Graph network() {
  Grown net;
  support::Random random(3);
  const auto weights = [&](const TensorType& type) {
    std::vector<float> values(size_t(type.shape.elements()));
    for (float& value : values) value = random.real(-1, 1);
    return net.constant(type, values);
  };
  ValueId x = net.input(floats({1, 56, 56, 64}));
  x = net.node(OpKind::Conv2d, Conv2dParams{.padding = Padding::Same, .activation = Activation::Relu6},
               {x, weights(floats({128, 3, 3, 64})), weights(floats({128}))}, floats({1, 56, 56, 128}));
  x = net.node(OpKind::DepthwiseConv2d, DepthwiseConv2dParams{.padding = Padding::Same, .strideH = 2, .strideW = 2},
               {x, weights(floats({1, 3, 3, 128})), weights(floats({128}))}, floats({1, 28, 28, 128}));
  x = net.node(OpKind::Conv2d, Conv2dParams{.padding = Padding::Same},
               {x, weights(floats({24, 1, 1, 128})), weights(floats({24}))}, floats({1, 28, 28, 24}));
  x = net.node(OpKind::FullyConnected, FullyConnectedParams{},
               {x, weights(floats({10, 28 * 28 * 24})), weights(floats({10}))}, floats({1, 10}));
  return net.build({net.node(OpKind::Softmax, trireme::SoftmaxParams{1.0f}, {x}, floats({1, 10}))});
}

std::string programsOf(const GpuLimits& limits, Precision precision = Precision::Exact) {
  std::string text;
  for (const Dispatch& one : lowered(network(), limits, precision).list.dispatches) {
    text += kernelText(one.kernel) + " groups " + std::to_string(one.groups[0]) + "x" + std::to_string(one.groups[1]) +
            "x" + std::to_string(one.groups[2]) + "\n";
  }
  return text;
}

TEST(DeviceClasses, OnPoclANetworkIsLoopsOfLongItems) {
  EXPECT_EQ(R"(copy D=i32 S=i32 KIND=1 local 1x1x1 groups 1x29x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=7 BLOCKS=2 LANEWISE=0 FINISH=0 EDGES=0 local 1x1x1 groups 448x4x1
depthwise CODES=0 S=f32 B=f32 E=f32 D=f32 STRIP=7 TAPS=3 STEP=2 FINISH=0 EDGES=0 LINES=1 local 1x1x1 groups 8x4x28
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=7 BLOCKS=2 LANEWISE=0 FINISH=0 EDGES=0 local 1x1x1 groups 112x1x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=1 BLOCKS=1 LANEWISE=0 FINISH=0 EDGES=0 local 1x1x1 groups 1x1x1
softmax T=f32 local 1x1x1 groups 1x1x1
copy D=i32 S=i32 KIND=2 local 1x1x1 groups 1x1x1
)",
            programsOf(poclLimits()));
}

TEST(DeviceClasses, OnLavapipeItemsAreLanesOfVectors) {
  EXPECT_EQ(R"(copy D=i32 S=i32 KIND=1 local 8x16x1 groups 15x4x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=7 BLOCKS=4 LANEWISE=1 FINISH=0 EDGES=0 local 8x1x1 groups 56x8x1
depthwise CODES=0 S=f32 B=f32 E=f32 D=f32 STRIP=7 TAPS=3 STEP=2 FINISH=0 EDGES=2 LINES=2 local 8x1x1 groups 4x4x14
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=7 BLOCKS=4 LANEWISE=1 FINISH=0 EDGES=0 local 8x1x1 groups 14x2x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=1 BLOCKS=1 LANEWISE=1 FINISH=0 EDGES=0 local 1x8x1 groups 1x1x1
softmax T=f32 local 64x1x1 groups 1x1x1
copy D=i32 S=i32 KIND=0 local 8x16x1 groups 2x1x1
)",
            programsOf(lavapipeLimits()));
}

TEST(DeviceClasses, AnAdrenoKeepsItsSumsInRegisters) {
  EXPECT_EQ(R"(copy D=i32 S=i32 KIND=1 local 8x16x1 groups 116x4x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 98x2x1
depthwise CODES=0 S=f32 B=f32 E=f32 D=f32 STRIP=4 TAPS=3 STEP=2 FINISH=0 EDGES=0 LINES=1 local 8x8x1 groups 4x1x28
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 25x1x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=1 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 1x1x1
softmax T=f32 local 64x1x1 groups 1x1x1
copy D=i32 S=i32 KIND=0 local 8x16x1 groups 2x1x1
)",
            programsOf(adrenoLimits()));
}

TEST(DeviceClasses, AMaliHasSmallGroups) {
  EXPECT_EQ(R"(copy D=i32 S=i32 KIND=1 local 8x8x1 groups 116x8x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 98x2x1
depthwise CODES=0 S=f32 B=f32 E=f32 D=f32 STRIP=4 TAPS=3 STEP=2 FINISH=0 EDGES=0 LINES=1 local 8x8x1 groups 4x1x28
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 25x1x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=1 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 1x1x1
softmax T=f32 local 64x1x1 groups 1x1x1
copy D=i32 S=i32 KIND=0 local 8x8x1 groups 2x1x1
)",
            programsOf(maliLimits()));
}

TEST(DeviceClasses, AnH200TakesLargeProductsByTiles) {
  EXPECT_EQ(R"(copy D=i32 S=i32 KIND=1 local 8x16x1 groups 116x4x1
conv_tile CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 SIDE=16 ROWS=4 BLOCKS=1 FINISH=0 local 16x16x1 groups 49x2x1
depthwise CODES=0 S=f32 B=f32 E=f32 D=f32 STRIP=4 TAPS=3 STEP=2 FINISH=0 EDGES=0 LINES=1 local 8x8x1 groups 4x1x28
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 25x1x1
conv_gemm CODES=0 S=f32 W=f32 B=f32 E=f32 D=f32 ROWS=1 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 1x1x1
softmax T=f32 local 64x1x1 groups 1x1x1
copy D=i32 S=i32 KIND=0 local 8x16x1 groups 2x1x1
)",
            programsOf(h200Limits()));
}

TEST(DeviceClasses, AnH200KeepsHalvesInTilesAsFloats) {
  EXPECT_EQ(R"(copy D=f16 S=f32 KIND=1 local 8x16x1 groups 6272x1x1
copy D=i32 S=i32 KIND=1 local 8x16x1 groups 58x4x1
conv_tile CODES=0 S=f16 W=f16 B=f32 E=f16 D=f16 SIDE=16 ROWS=4 BLOCKS=1 FINISH=0 local 16x16x1 groups 49x2x1
depthwise CODES=0 S=f16 B=f32 E=f16 D=f16 STRIP=4 TAPS=3 STEP=2 FINISH=0 EDGES=0 LINES=1 local 8x8x1 groups 4x1x28
conv_gemm CODES=0 S=f16 W=f16 B=f32 E=f16 D=f16 ROWS=4 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 25x1x1
conv_gemm CODES=0 S=f16 W=f16 B=f32 E=f16 D=f16 ROWS=1 BLOCKS=2 LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1 groups 1x1x1
softmax T=f16 local 64x1x1 groups 1x1x1
copy D=f32 S=f16 KIND=0 local 8x16x1 groups 2x1x1
)",
            programsOf(h200Limits(), Precision::Relaxed));
}

}  // namespace
}  // namespace trireme::gpu
