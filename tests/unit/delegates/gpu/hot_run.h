#pragma once

#include "delegates/gpu/lowering.h"
#include "tests/unit/delegates/cpu/layers.h"

namespace trireme::gpu {

using cpu::Bytes;

// A whole graph as one partition on a GPU device: lowered, uploaded, run, every output downloaded. Failures are the
// test's.
struct HotRun {
  std::vector<Bytes> outputs;
  DispatchList list;
};
HotRun runOnGpu(const Graph& graph, GpuDevice& device, Precision precision, const std::vector<Bytes>& inputs);

// Runs the graph on the device and by the reference. Integers are the same; floats, made of values in [-1, 1], differ
// by no more than the rounding of sums of `terms` products, and of the storage.
void expectLikeReference(const Graph& graph, GpuDevice& device, Precision precision, int64_t terms);

// A transposed convolution of either operator.
struct TransposeCase {
  OpKind op = OpKind::TransposeConv;
  DataType dtype = DataType::Float32;
  int64_t batches = 1, inH = 5, inW = 4, inC = 3, outC = 5, filterH = 3, filterW = 3;
  int32_t strideH = 2, strideW = 2;
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
};
Graph transposeGraph(const TransposeCase& c);

}  // namespace trireme::gpu
