#include <gtest/gtest.h>

#include <set>

#include "delegates/gpu/choice.h"
#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/unit/delegates/gpu/hot_run.h"
#include "tests/unit/delegates/gpu/lowered.h"

// Products by tiles in local memory: which shapes take them, and that each tile computes what the reference does.
namespace trireme::gpu {
namespace {

using cpu::LayerCase;
using cpu::LayerGraph;

TEST(GpuTiles, OnlyDevicesWithMemoryOnTheChipTakeThem) {
  GpuLimits limits = h200Limits();
  EXPECT_TRUE(chooseGroupTile(limits, Storage::F32, 4096, 4096, 4096));
  limits.localTiles = false;
  EXPECT_FALSE(chooseGroupTile(limits, Storage::F32, 4096, 4096, 4096));
}

TEST(GpuTiles, LargeProductsTakeLargeTilesAndSmallOnesNone) {
  const GpuLimits limits = h200Limits();
  EXPECT_EQ((GroupTile{16, 8, 2}), chooseGroupTile(limits, Storage::F32, 4096, 4096, 4096));
  EXPECT_EQ((GroupTile{16, 8, 2}), chooseGroupTile(limits, Storage::F16, 64 * 56 * 56, 128, 576));
  EXPECT_EQ((GroupTile{16, 8, 1}), chooseGroupTile(limits, Storage::F32, 64 * 56 * 56, 64, 576));  // no second block
  EXPECT_EQ((GroupTile{16, 4, 1}), chooseGroupTile(limits, Storage::F32, 1024, 512, 512));         // or units stay idle
  EXPECT_EQ(std::nullopt, chooseGroupTile(limits, Storage::F32, 49, 512, 4608));
}

TEST(GpuTiles, WhatWouldLeaveMostOfATileEmptyTakesNone) {
  const GpuLimits limits = h200Limits();
  EXPECT_EQ(std::nullopt, chooseGroupTile(limits, Storage::F32, 1, 1 << 20, 4096));
  EXPECT_EQ(std::nullopt, chooseGroupTile(limits, Storage::F32, 1 << 20, 24, 4096));
  EXPECT_EQ(std::nullopt, chooseGroupTile(limits, Storage::F32, 1 << 20, 64, 27));
}

TEST(GpuTiles, CodesTakeFewRowsAnItem) {
  EXPECT_EQ((GroupTile{16, 4, 1}), chooseGroupTile(h200Limits(), Storage::I8, 4096, 4096, 4096));
  EXPECT_EQ((GroupTile{16, 4, 1}), chooseGroupTile(h200Limits(), Storage::U8, 4096, 4096, 4096));
}

TEST(GpuTiles, ATileFitsTheGroupAndItsMemory) {
  for (const uint32_t width : {4u, 8u, 16u}) {
    for (const uint32_t items : {1u, 4u, 63u, 64u, 128u, 256u, 1024u}) {
      for (const uint32_t bytes : {0u, 4096u, 16384u, 32768u, 65536u}) {
        GpuLimits limits = h200Limits();
        limits.vectorWidth = width;
        limits.maxGroupSize = items;
        limits.sharedBytes = bytes;
        const auto tile = chooseGroupTile(limits, Storage::F32, 1 << 16, 1 << 12, 1 << 12);
        if (!tile) continue;
        EXPECT_LE(uint32_t(tile->side * tile->side), items);
        EXPECT_LE(tile->sharedBytes(width), bytes);
      }
    }
  }
  GpuLimits small = h200Limits();
  small.sharedBytes = 16384;
  EXPECT_EQ((GroupTile{16, 8, 1}), chooseGroupTile(small, Storage::F32, 4096, 4096, 4096));
}

// Rows x channels x depth on groups of `items`, by the tile that units of that number make it take.
struct Case {
  uint32_t width, items, units;
  int64_t rows, channels, depth;
  GroupTile tile;
};

void expectTile(const Case& c, DataType dtype, Precision precision) {
  GpuLimits limits = host::tiledLimits(c.width, c.items);
  limits.computeUnits = c.units;
  const auto device = host::makeHostGpu(limits);
  const Graph graph = LayerGraph::build({.dtype = dtype,
                                         .inH = c.rows,
                                         .inW = 1,
                                         .inC = c.depth,
                                         .outC = c.channels,
                                         .filterH = 1,
                                         .filterW = 1,
                                         .activation = Activation::Relu6});
  expectLikeReference(graph, *device, precision, c.depth);
  const HotRun run = runOnGpu(graph, *device, precision, cpu::randomInputs(graph, 3));
  size_t found = 0;
  for (const Dispatch& dispatch : run.list.dispatches) {
    if (dispatch.kernel.program != Program::ConvTile) continue;
    ++found;
    const std::vector<int32_t> wanted = {c.tile.side, c.tile.rows, c.tile.blocks};
    EXPECT_EQ(wanted, std::vector(dispatch.kernel.constants.begin(), dispatch.kernel.constants.end() - 1));
  }
  EXPECT_EQ(1u, found) << print(run.list);
  const std::string told = "tiles of " + std::to_string(c.tile.pixels()) + "x" +
                           std::to_string(c.tile.channels(c.width)) + " in local memory";
  EXPECT_NE(std::string::npos, run.list.calls[0].why.find(told)) << run.list.calls[0].why;
}

// Edges in every direction: one less than a tile, a tile, one more.
TEST(GpuTiles, EveryTileIsRightAtItsEdges) {
  for (const int64_t edge : {-1, 0, 1}) {
    for (const uint32_t width : {4u, 8u, 16u}) {
      const int64_t vec = width;
      expectTile({width, 4, 1, 64 + edge, 4 * vec + edge, 6 + edge, {2, 8, 2}}, DataType::Float32, Precision::Exact);
      expectTile({width, 16, 1, 64 + edge, 4 * vec - 1 + edge, 13 + edge, {4, 8, 1}}, DataType::Float32,
                 Precision::Relaxed);
      expectTile({width, 4, 8, 64 + edge, 4 * vec + edge, 8 + edge, {2, 4, 1}}, DataType::Float32, Precision::Exact);
      expectTile({width, 16, 1, 32 + edge, 4 * vec + edge, 12 + edge, {4, 4, 1}}, DataType::Int8, Precision::Exact);
      expectTile({width, 4, 1, 16 + edge, 6 * vec + edge, 9 + edge, {2, 4, 1}}, DataType::UInt8, Precision::Exact);
    }
  }
}

// The groups of real devices: 256 items.
TEST(GpuTiles, ALargeGroupIsRightToo) {
  expectTile({4, 256, 1, 129, 69, 37, {16, 8, 2}}, DataType::Float32, Precision::Exact);
  expectTile({4, 256, 1, 63, 65, 33, {16, 4, 1}}, DataType::Int8, Precision::Exact);
}

}  // namespace
}  // namespace trireme::gpu
