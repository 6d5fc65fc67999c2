#include <gtest/gtest.h>

#include "delegates/gpu/check_products.h"
#include "delegates/gpu/choice.h"
#include "delegates/gpu/weights.h"
#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/unit/delegates/gpu/hot_run.h"
#include "tests/unit/delegates/gpu/lowered.h"

// Products by instructions that not every device has: dot products of codes, and matrices of subgroups.
namespace trireme::gpu {
namespace {

using cpu::LayerCase;
using cpu::LayerGraph;

GpuLimits withUnit(MatrixUnit::Spelling spelling) {
  GpuLimits limits = h200Limits();
  limits.matrixUnit = MatrixUnit{.spelling = spelling};
  return limits;
}
Graph layer(DataType dtype, int64_t pixels, int64_t channels, int64_t depth) {
  return LayerGraph::build(
      {.dtype = dtype, .inH = pixels, .inW = 1, .inC = depth, .outC = channels, .filterH = 1, .filterW = 1});
}
std::vector<std::string> kernelsOf(const DispatchList& list) {
  std::vector<std::string> all;
  for (const Dispatch& one : list.dispatches) {
    if (one.kernel.program == Program::Copy) continue;  // to half storage and back
    all.push_back(kernelText(one.kernel));
  }
  return all;
}
using Kernels = std::vector<std::string>;

TEST(GpuProducts, HalvesGoByMatricesWhereTheDeviceHasThem) {
  const Graph graph = layer(DataType::Float32, 64, 64, 64);
  const std::string shape =
      " S=f16 W=f16 E=f16 D=f16 TM=16 TN=16 TK=16 CREW=32 DOWN=2 ACROSS=2 ROWS=1 BLOCKS=1 STEPS=2 FINISH=0 "
      "local 128x1x1";
  EXPECT_EQ(Kernels{"conv_matrix MATRIX=1" + shape},
            kernelsOf(lowered(graph, withUnit(MatrixUnit::Spelling::Khr), Precision::Relaxed).list));
  EXPECT_EQ(Kernels{"conv_matrix MATRIX=2" + shape},
            kernelsOf(lowered(graph, withUnit(MatrixUnit::Spelling::Nv), Precision::Relaxed).list));
  const Kernels plain = kernelsOf(lowered(graph, h200Limits(), Precision::Relaxed).list);
  ASSERT_EQ(1u, plain.size());
  EXPECT_EQ(0u, plain[0].find("conv_gemm CODES=0")) << plain[0];
}

TEST(GpuProducts, ExactFloatsNeverGoByMatrices) {
  const Graph graph = layer(DataType::Float32, 64, 64, 64);
  const Kernels exact = kernelsOf(lowered(graph, withUnit(MatrixUnit::Spelling::Khr)).list);
  EXPECT_EQ(kernelsOf(lowered(graph, h200Limits()).list), exact);
}

TEST(GpuProducts, ProductsThatWouldLeaveAMatrixEmptyGoAnotherWay) {
  const GpuLimits limits = withUnit(MatrixUnit::Spelling::Khr);
  const auto chosen = [&](int64_t rows, int64_t channels, int64_t depth) {
    return chooseMatrixGroup(limits, Storage::F16, rows, channels, depth).has_value();
  };
  EXPECT_TRUE(chosen(16, 16, 32));
  EXPECT_FALSE(chosen(15, 16, 32));
  EXPECT_FALSE(chosen(16, 15, 32));
  EXPECT_FALSE(chosen(16, 16, 31));
}

TEST(GpuProducts, GroupsAreAsLargeAsKeepsTheDeviceAtWork) {
  const GpuLimits limits = withUnit(MatrixUnit::Spelling::Nv);
  const auto tiles = [&](int64_t rows, int64_t channels) {
    return chooseMatrixGroup(limits, Storage::F16, rows, channels, 512)->rows;
  };
  EXPECT_EQ(4, tiles(4096, 4096));
  EXPECT_EQ(2, tiles(4096, 64));
  EXPECT_EQ(1, tiles(49, 512));
}

TEST(GpuProducts, AGroupFitsTheDevice) {
  for (const uint32_t bytes : {1024u, 8192u, 16384u, 32768u}) {
    for (const uint32_t items : {64u, 128u, 1024u}) {
      GpuLimits limits = withUnit(MatrixUnit::Spelling::Khr);
      limits.sharedBytes = bytes;
      limits.maxGroupSize = items;
      const auto group = chooseMatrixGroup(limits, Storage::F16, 4096, 4096, 4096);
      EXPECT_EQ(bytes >= 16384 && items >= 128, group.has_value() && group->rows > 1) << bytes << " " << items;
      if (!group) continue;
      EXPECT_LE(group->items(), items);
      EXPECT_LE(group->sharedBytes(), bytes);
    }
  }
}

TEST(GpuProducts, CodesGoByDotProductsWhereTheDeviceHasThem) {
  GpuLimits limits = narrowGpu();
  const Graph graph = layer(DataType::Int8, 10, 20, 12);
  const std::string shape = " B=i32 E=i32 D=i8 ROWS=4 BLOCKS=2 ";
  EXPECT_EQ(Kernels{"conv_gemm CODES=1 S=i8 W=f32" + shape + "LANEWISE=0 FINISH=0 EDGES=0 local 8x8x1"},
            kernelsOf(lowered(graph, limits).list));
  limits.dotProducts = true;
  EXPECT_EQ(Kernels{"conv_gemm CODES=2 S=i8 W=i32" + shape + "LANEWISE=1 FINISH=0 EDGES=0 local 8x8x1"},
            kernelsOf(lowered(graph, limits).list));
}

// Three channels of a pixel do not lie on whole words.
TEST(GpuProducts, CodesThatLieBetweenWordsAreSummedInFloats) {
  GpuLimits limits = narrowGpu();
  limits.dotProducts = true;
  const Graph graph = LayerGraph::build({.dtype = DataType::UInt8, .inC = 3, .outC = 8});
  const Kernels kernels = kernelsOf(lowered(graph, limits).list);
  ASSERT_EQ(1u, kernels.size());
  EXPECT_EQ(0u, kernels[0].find("conv_gemm CODES=1")) << kernels[0];
}

TEST(GpuProducts, FourCodesLieInAWordInTheOrderOfDepth) {
  const MatrixPacking packing{3, 2, 5, 8, 2};  // channels 0 and 1, then 2
  const auto weightAt = [](int64_t channel, int64_t tap, size_t k) { return int64_t(k) - 3 + 10 * tap + 20 * channel; };
  std::vector<uint32_t> packed(size_t(packing.elements()) / 4, 0xffffffffu);
  packCodes(
      packing,
      [&](int64_t channel, int64_t tap, std::span<float> row) {
        for (size_t k = 0; k < row.size(); ++k) row[k] = float(weightAt(channel, tap, k));
      },
      7, packed);
  for (size_t at = 0; at < packed.size(); ++at) {
    const auto channel = int64_t(at / 8 * 2 + at % 2), tap = int64_t(at / 4 % 2);
    for (size_t byte = 0; byte < 4; ++byte) {
      const size_t k = at / 2 % 2 * 4 + byte;
      const int64_t wanted = channel < 3 && k < 5 ? weightAt(channel, tap, k) + 7 : 0;
      EXPECT_EQ(uint8_t(wanted), uint8_t(packed[at] >> (8 * byte))) << at << ", byte " << byte;
    }
  }
}

// Edges in every direction: one less than a group, a group, one more; windows of several taps.
TEST(GpuProducts, EveryGroupIsRightAtItsEdges) {
  for (const uint32_t width : {4u, 8u, 16u}) {
    for (const int32_t tiles : {1, 2, 4}) {
      for (const int64_t edge : {-1, 0, 1}) {
        GpuLimits limits = host::productLimits(width, edge == 1 ? 4 : 1);
        limits.sharedBytes = tiles == 4 ? 65536 : tiles == 2 ? 20000 : 10000;  // no larger group fits
        const int64_t pixels = 8 * tiles + edge, channels = 32 * tiles + edge, depth = 17 + edge;
        const auto group = chooseMatrixGroup(limits, Storage::F32, pixels, channels, 3 * depth);
        ASSERT_TRUE(group);
        EXPECT_EQ(tiles, group->rows);
        const auto device = host::makeHostGpu(limits);
        const Graph graph = LayerGraph::build({.inH = pixels,
                                               .inW = 1,
                                               .inC = depth,
                                               .outC = channels,
                                               .filterH = 3,
                                               .filterW = 1,
                                               .activation = Activation::Relu6});
        expectLikeReference(graph, *device, edge == 0 ? Precision::Relaxed : Precision::Exact, 3 * depth);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(GpuProducts, TheLargestGroupIsRightToo) {
  GpuLimits limits = host::productLimits(4, 1);
  limits.sharedBytes = 65536;
  const auto device = host::makeHostGpu(limits);
  const Graph graph = layer(DataType::Float32, 33, 129, 65);
  expectLikeReference(graph, *device, Precision::Exact, 65);
  const HotRun run = runOnGpu(graph, *device, Precision::Exact, cpu::randomInputs(graph, 3));
  size_t found = 0;
  for (const Dispatch& one : run.list.dispatches) {
    if (one.kernel.program != Program::ConvMatrix) continue;
    ++found;
    EXPECT_EQ(4, one.kernel.constants[6]);
    EXPECT_EQ(4, one.kernel.constants[7]);
  }
  EXPECT_EQ(1u, found) << print(run.list);
}

TEST(GpuProducts, TheCheckFindsNothingWhereAllIsRight) {
  for (const uint32_t width : {4u, 8u, 16u}) {
    const auto device = host::makeHostGpu(host::productLimits(width));
    const auto faults = checkProducts(*device, std::chrono::minutes(1));
    ASSERT_TRUE(faults.ok()) << faults.status().message();
    EXPECT_EQ("", faults.value().dots);
    EXPECT_EQ("", faults.value().matrices);
  }
}

// A device whose codes are one too high or too low, and whose driver compiles no matrices.
class WrongDevice final : public GpuDevice {
 public:
  explicit WrongDevice(std::unique_ptr<GpuDevice> device) : device_(std::move(device)) {}
  std::string_view name() const override { return device_->name(); }
  const MemoryTraits& memory() const override { return device_->memory(); }
  const GpuLimits& limits() const override { return device_->limits(); }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override { return device_->allocate(bytes); }
  Event upload(std::span<const std::byte> from, BufferView to) override { return device_->upload(from, to); }
  Event download(BufferView from, std::span<std::byte> to) override { return device_->download(from, to); }
  Status compile(std::span<const KernelKey> kernels) override {
    if (kernels[0].program != Program::ConvMatrix) return device_->compile(kernels);
    return Status::error(Code::Unsupported, "no matrices today");
  }
  Result<std::unique_ptr<GpuExecutable>> build(const DispatchList& list, std::span<const BufferView> buffers) override {
    list_ = list;
    for (Dispatch& one : list_.dispatches) {
      if (one.kernel.program == Program::ConvGemm) one.params[offsetof(ConvGemmParams, zero)] ^= std::byte(1);
    }
    return device_->build(list_, buffers);
  }

 private:
  std::unique_ptr<GpuDevice> device_;
  DispatchList list_;
};

TEST(GpuProducts, TheCheckNamesWhatIsWrongOrDoesNotCompile) {
  WrongDevice device(host::makeHostGpu(host::productLimits(4)));
  const auto faults = checkProducts(device, std::chrono::minutes(1));
  ASSERT_TRUE(faults.ok()) << faults.status().message();
  EXPECT_NE(std::string::npos, faults.value().dots.find("a product of 37 x 40 by 40 x 24 is")) << faults.value().dots;
  EXPECT_EQ("no matrices today", faults.value().matrices);
}

}  // namespace
}  // namespace trireme::gpu
