#include "delegates/gpu/lower/window.h"

#include <algorithm>

#include "delegates/gpu/lower/families.h"

namespace trireme::gpu {
namespace {

// Zero, or the zero point of codes.
bool padsWithZero(const Graph& graph, const Node& pad) {
  if (pad.op == OpKind::Pad) return true;
  const Value& fill = graph.value(pad.inputs[2]);
  const TensorType& image = graph.value(pad.inputs[0]).type;
  if (!fill.isConstant) return false;
  switch (fill.type.dtype) {
    case DataType::Float32: {
      const auto value = reference::constantElements<float>(fill);
      return value.size() == 1 && value[0] == 0;
    }
    case DataType::Int8: {
      const auto value = reference::constantElements<int8_t>(fill);
      return value.size() == 1 && value[0] == reference::zeroOf(image);
    }
    case DataType::UInt8: {
      const auto value = reference::constantElements<uint8_t>(fill);
      return value.size() == 1 && value[0] == reference::zeroOf(image);
    }
    default:
      return false;
  }
}

}  // namespace

CallWindow windowOfCall(const Graph& graph, const Call& call, const reference::WindowSteps& steps, Padding padding) {
  const Node& node = graph.node(call.node);
  CallWindow result{reference::makeWindow(graph, node, 0, steps, padding), node.inputs[0]};
  if (!call.pad) return result;
  const Node& pad = graph.node(*call.pad);
  const auto amounts = *reference::constantIntegers(graph.value(pad.inputs[1]));
  result.image = pad.inputs[0];
  result.window.padH += amounts[2];
  result.window.padW += amounts[4];
  result.window.inH = graph.value(result.image).type.shape.dim(1);
  result.window.inW = graph.value(result.image).type.shape.dim(2);
  return result;
}

bool padsLikeWindow(const LowerQuery& query, const Node& pad) {
  const Graph& graph = query.graph;
  const TensorType& image = graph.value(pad.inputs[0]).type;
  const TensorType& padded = graph.value(pad.outputs[0]).type;
  if (image.dtype == DataType::Int16 || image.shape.rank() != 4 || image.dtype != padded.dtype) return false;
  if (image.dtype != DataType::Float32 && image.quantization != padded.quantization) return false;
  const auto amounts = reference::constantIntegers(graph.value(pad.inputs[1]));
  if (!amounts || amounts->size() != 8) return false;
  const bool channelsStay = (*amounts)[0] == 0 && (*amounts)[1] == 0 && (*amounts)[6] == 0 && (*amounts)[7] == 0;
  const bool positive = std::all_of(amounts->begin(), amounts->end(), [](int64_t amount) { return amount >= 0; });
  return channelsStay && positive && padsWithZero(graph, pad);
}

}  // namespace trireme::gpu
