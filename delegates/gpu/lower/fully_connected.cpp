#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/layer.h"

namespace trireme::gpu {
namespace {

constexpr reference::WeightedOperands kOperands{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};

// The greatest absolute value that a sum can have, whatever the input.
double largestSum(const Graph& graph, const Node& node) {
  const TensorType& weights = reference::inputType(graph, node, 1);
  double bias = 0;
  if (const Value* value = reference::inputValue(graph, node, 2)) {
    for (const int32_t code : reference::constantElements<int32_t>(*value)) {
      bias = std::max(bias, std::abs(double(code)));
    }
  }
  return double(weights.shape.dim(1)) * 255 * 255 + bias;
}

// The reference rounds sums times scale in double; past 32 bits it gives a constant.
CodeFinish codeFinishOf(const Graph& graph, const Node& node, int64_t units) {
  const TensorType& image = reference::inputType(graph, node, 0);
  const TensorType& weights = reference::inputType(graph, node, 1);
  const TensorType& output = reference::outputType(graph, node);
  CodeFinish finish;
  finish.imageZero = reference::zeroOf(image);
  finish.filterZero = reference::zeroOf(weights);
  finish.outputZero = reference::zeroOf(output);
  finish.range = *common::activationRange(node.as<FullyConnectedParams>().activation, output.dtype,
                                          reference::scaleOf(output), reference::zeroOf(output));
  for (const float scale : weights.quantization.scales) {
    finish.scales.push_back(common::productScale(reference::scaleOf(image), scale, reference::scaleOf(output)));
  }
  finish.kind = CodeFinish::OneRounding;
  for (const double scale : finish.scales) {
    const auto multiplier = common::quantizeMultiplier(scale).value_or(common::Multiplier{});
    finish.multipliers.push_back(multiplier);
    const DoubleScale exact{scale, finish.outputZero, finish.range.low, finish.range.high};
    if (!fitsOneRounding(exact, multiplier.mantissa, multiplier.shift)) {
      finish.kind = CodeFinish::Table;
      break;
    }
  }
  if (finish.kind == CodeFinish::OneRounding) finish.multipliers.resize(size_t(units), finish.multipliers[0]);
  return finish;
}

// Rows of `depth` inputs, in whatever rows the tensor has them.
struct Rows {
  Tensor tensor;
  MatrixGeometry geometry;  // its source
};
Rows rowsOfInput(Emitter& emitter, const Layer& layer, Storage storage, int64_t batches, int64_t depth) {
  const auto lanes = int64_t(emitter.width());
  Rows rows{layer.read(readsVectors(emitter, storage) ? Layout::Pitched : Layout::Any), {}};
  Tensor& src = rows.tensor;
  MatrixGeometry& g = rows.geometry;
  g.outW = batches;
  if (src.pitch != src.channels && depth % src.channels == 0) {  // a row is whole rows of the tensor
    g.tapsX = depth / src.channels;
    g.tapX = src.pitch;
    g.depth = src.channels;
    g.readable = src.pitch % lanes == 0 ? roundUp(src.channels, lanes) : src.channels;
    g.srcX = g.tapsX * src.pitch;
    return rows;
  }
  if (src.pitch != src.channels) {
    Tensor dense = emitter.denseScratch(src.storage, src.rows * src.channels);
    dense.rows = src.rows;
    dense.channels = dense.pitch = src.channels;
    emitCopy(emitter, src, dense);
    src = dense;
  }
  g.depth = g.readable = g.srcX = depth;
  return rows;
}

}  // namespace

Support supportsFullyConnected(const LowerQuery& query) {
  const TensorType& image = reference::inputType(query.graph, query.node, 0);
  const TensorType& weights = reference::inputType(query.graph, query.node, 1);
  const TensorType& output = reference::outputType(query.graph, query.node);
  Support support = withWeights(supportsWeighted(query, kOperands), query, kOperands, Weights::InParts);
  support.require(image.dtype == output.dtype, ReasonCode::DataType, "uint8 inputs with int16 outputs have no program");
  if (image.dtype == DataType::Float32 && weights.dtype == DataType::Int8) {
    support.require(weights.shape.dim(1) % channelsOf(image.shape) == 0, ReasonCode::Parameter,
                    fmt::format("float activations with int8 weights: rows of {} inputs are not whole rows of {}",
                                weights.shape.dim(1), image.shape.text()));
  }
  if (!support.ok() || image.dtype == DataType::Float32) return support;
  const double largest = largestSum(query.graph, query.node);
  for (const float scale : weights.quantization.scales) {
    const double real = common::productScale(reference::scaleOf(image), scale, reference::scaleOf(output));
    if (largest < 2147483647.0 && largest * real < 2147483000.0) continue;
    support.require(false, ReasonCode::Quantization,
                    fmt::format("sums up to {:.0f} times {} may pass 32 bits", largest, real));
    break;
  }
  return support;
}

Status emitFullyConnected(Emitter& emitter, const Call& call) {
  const Graph& graph = emitter.graph();
  const Node& node = emitter.node(call);
  const auto& params = node.as<FullyConnectedParams>();
  const TensorType& input = reference::inputType(graph, node, 0);
  const Shape& shape = reference::inputType(graph, node, 1).shape;
  const int64_t units = shape.dim(0), depth = shape.dim(1);
  const int64_t batches = reference::outputType(graph, node).shape.elements() / units;
  Layer layer(emitter, call, kOperands, params.activation, node.inputs[0],
              std::max<int64_t>(depth / channelsOf(input.shape), 1), params.asymmetricQuantizeInputs);
  if (layer.job().codes) {
    CodeFinish finish = codeFinishOf(graph, node, units);
    emitter.say(finish.kind == CodeFinish::Table ? "codes by table" : "codes by one rounding");
    layer.setCodes(std::move(finish));
  }
  const Storage storage = layer.codes() ? Storage::F32 : emitter.storageOfValue(node.inputs[0]);
  Rows rows = rowsOfInput(emitter, layer, storage, batches, depth);
  rows.geometry.channels = units;
  placeRows(rows.geometry, layer.dst());
  emitMatrix(emitter, layer.job(), rows.geometry, rows.tensor, layer.dst(),
             [&](int64_t unit, int64_t tap, std::span<float> row) {
               const int64_t from = unit * depth + tap * int64_t(row.size());
               for (size_t k = 0; k < row.size(); ++k) row[k] = layer.filter().at(from + int64_t(k));
             });
  layer.end(1);
  return {};
}

bool fullyConnectedTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  return floatTakesAfter(query.graph, query.node, query.node.as<FullyConnectedParams>().activation, call, next);
}

}  // namespace trireme::gpu
