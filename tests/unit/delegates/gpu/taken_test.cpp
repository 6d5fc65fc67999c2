#include <algorithm>

#include "tests/conformance/cases.h"
#include "tests/unit/delegates/gpu/lowered.h"

// What the lowerings of movers and converters take of the conformance rows, so that a lost "yes" is seen.
namespace trireme::gpu {
namespace {

constexpr OpKind kMovers[] = {OpKind::Slice,
                              OpKind::StridedSlice,
                              OpKind::Split,
                              OpKind::Transpose,
                              OpKind::Pad,
                              OpKind::PadV2,
                              OpKind::MirrorPad,
                              OpKind::Pack,
                              OpKind::Unpack,
                              OpKind::DepthToSpace,
                              OpKind::SpaceToDepth,
                              OpKind::Concatenation,
                              OpKind::ResizeBilinear,
                              OpKind::ResizeNearestNeighbor,
                              OpKind::Quantize,
                              OpKind::Dequantize,
                              OpKind::Cast};
constexpr OpKind kTables[] = {OpKind::Logistic, OpKind::Tanh, OpKind::Relu, OpKind::Relu6,     OpKind::ReluN1To1,
                              OpKind::Relu0To1, OpKind::Elu,  OpKind::Gelu, OpKind::HardSwish, OpKind::LeakyRelu,
                              OpKind::Abs,      OpKind::Neg,  OpKind::Exp,  OpKind::Sqrt,      OpKind::Rsqrt};

template <size_t N>
bool among(const OpKind (&kinds)[N], OpKind op) {
  return std::find(std::begin(kinds), std::end(kinds), op) != std::end(kinds);
}

std::vector<std::string> refused(const GpuLimits& limits) {
  std::vector<std::string> names;
  for (const conformance::OpCase& row : conformance::allCases()) {
    const Graph graph = row.graph();
    const Node& node = graph.nodes()[0];
    const DataType dtype = graph.value(node.inputs[0]).type.dtype;
    const bool table = among(kTables, node.op) && bitsPerElement(dtype) <= 16 && dtype != DataType::Float16;
    if (!table && !among(kMovers, node.op)) continue;
    if (!supportsNode(graph, node, limits).ok()) names.push_back(row.name());
  }
  return names;
}

// int64 and float16 have no storage; several scales and drifting weights have no program; a table cannot refuse codes.
const std::vector<std::string> kRefused = {"SPACE_TO_DEPTH_int64",
                                           "CAST_int64_to_int32",
                                           "CAST_int32_to_int64",
                                           "CONCATENATION_int64",
                                           "DEQUANTIZE_float16",
                                           "DEQUANTIZE_int8_per_channel",
                                           "RESIZE_BILINEAR_int8_drifts_far",
                                           "TRANSPOSE_int64",
                                           "TRANSPOSE_int16_rank6_all_apart",
                                           "RSQRT_int16"};

TEST(Taken, EveryRowOfMoversAndTablesOnANarrowGpu) { EXPECT_EQ(kRefused, refused(narrowGpu())); }
TEST(Taken, EveryRowOfMoversAndTablesOnWideCores) { EXPECT_EQ(kRefused, refused(wideCores())); }

}  // namespace
}  // namespace trireme::gpu
