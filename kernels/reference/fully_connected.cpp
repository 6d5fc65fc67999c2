#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/common/activation_range.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/accumulator.h"
#include "kernels/reference/families.h"
#include "kernels/reference/hybrid.h"
#include "kernels/reference/operands.h"

namespace trireme::reference {
namespace {

// One row of outputs is one unit of one batch: units differ in their weights, batches in their input.
struct Layer {
  int64_t batches = 0, units = 0, depth = 0;
  Activation activation = Activation::None;
};

Layer layerOf(const Graph& graph, const Node& node) {
  const Shape& weights = inputType(graph, node, 1).shape;
  const int64_t units = weights.dim(0);
  const int64_t batches = units == 0 ? 0 : outputType(graph, node).shape.elements() / units;
  return {batches, units, weights.dim(1), node.as<FullyConnectedParams>().activation};
}

// round(acc * scale) as TFLite does it here: in double, half away from zero, no fixed point.
int32_t scaleAccumulator(double acc, double scale) {
  const double rounded = std::round(acc * scale);
  if (!(rounded >= -2147483648.0 && rounded <= 2147483647.0)) return std::numeric_limits<int32_t>::min();
  return int32_t(rounded);
}

Prepared prepareFloat(const Layer& layer) {
  Prepared prepared;
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range](const Operands& operands, Rows rows) {
    const float* bias = input<float>(operands, 2);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t batch = row / layer.units, unit = row % layer.units;
      const float* x = input<float>(operands, 0) + batch * layer.depth;
      const float* w = input<float>(operands, 1) + unit * layer.depth;
      float total = 0;
      for (int64_t i = 0; i < layer.depth; ++i) total += x[i] * w[i];
      if (bias != nullptr) total += bias[unit];
      output<float>(operands)[row] = common::clamp(total, range);
    }
  };
  return prepared;
}

struct Codes {
  std::vector<double> scales;  // one, or one a unit
  int32_t inputZero = 0, weightZero = 0, outputZero = 0;
  common::CodeRange range;
};

template <class In, class Weight, class Out, class Acc, class Signed>
Prepared prepareInteger(const Layer& layer, Codes codes) {
  Prepared prepared;
  prepared.run = [layer, codes = std::move(codes)](const Operands& operands, Rows rows) {
    const Signed* bias = input<Signed>(operands, 2);
    const int32_t inputZero = codes.inputZero, weightZero = codes.weightZero;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t batch = row / layer.units, unit = row % layer.units;
      const In* x = input<In>(operands, 0) + batch * layer.depth;
      const Weight* w = input<Weight>(operands, 1) + unit * layer.depth;
      Acc acc = 0;
      for (int64_t i = 0; i < layer.depth; ++i) acc += Acc((x[i] - inputZero) * (w[i] - weightZero));
      if (bias != nullptr) acc += Acc(bias[unit]);
      const double scale = codes.scales[codes.scales.size() == 1 ? 0 : size_t(unit)];
      const int32_t code = common::wrappingAdd(scaleAccumulator(double(Signed(acc)), scale), codes.outputZero);
      output<Out>(operands)[row] = Out(common::clamp(code, codes.range));
    }
  };
  return prepared;
}

// Each input row is quantised where a call first meets it.
Prepared prepareHybrid(const Layer& layer, std::vector<float> scales, bool asymmetric) {
  Prepared prepared;
  prepared.scratchBytes = size_t(layer.depth);
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range, scales = std::move(scales), asymmetric](const Operands& operands, Rows rows) {
    const float* bias = input<float>(operands, 2);
    auto* codes = reinterpret_cast<int8_t*>(operands.scratch);
    RunQuantization run;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t batch = row / layer.units, unit = row % layer.units;
      if (row == rows.begin || unit == 0) {
        const float* x = input<float>(operands, 0) + batch * layer.depth;
        run = asymmetric ? quantizeAsymmetric(x, layer.depth, codes) : quantizeSymmetric(x, layer.depth, codes);
      }
      const int8_t* w = input<int8_t>(operands, 1) + unit * layer.depth;
      uint32_t acc = 0;
      for (int64_t i = 0; i < layer.depth; ++i) acc += uint32_t((codes[i] - run.zero) * w[i]);
      const float real = float(int32_t(acc)) * (run.scale * scales[scales.size() == 1 ? 0 : size_t(unit)]);
      output<float>(operands)[row] = common::clamp(bias == nullptr ? real : bias[unit] + real, range);
    }
  };
  return prepared;
}

bool askShapes(Questions& questions, const FullyConnectedParams& params) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const Shape& in = inputType(graph, node, 0).shape;
  const Shape& weights = inputType(graph, node, 1).shape;
  const int64_t units = weights.dim(0), depth = weights.dim(1), elements = in.elements();
  if (!questions.require(
          depth > 0 && elements % depth == 0, ReasonCode::Parameter,
          nameInput(graph, node, 0) + ": its elements do not divide into rows of " + std::to_string(depth))) {
    return false;
  }
  if (!params.keepNumDims) {
    if (!questions.outputShape({elements / depth, units})) return false;
  } else {
    if (!questions.require(in.rank() > 0 && in.dim(in.rank() - 1) == depth, ReasonCode::Parameter,
                           nameInput(graph, node, 0) + ": the last dimension must be " + std::to_string(depth))) {
      return false;
    }
    std::vector<int64_t> dims(in.dims().begin(), in.dims().end());
    dims.back() = units;
    if (!questions.outputShape(dims)) return false;
  }
  const Value* bias = inputValue(graph, node, 2);
  return bias == nullptr ||
         questions.require(bias->type.shape.elements() == units, ReasonCode::Parameter,
                           nameInput(graph, node, 2) + ": expected " + std::to_string(units) + " elements, one a unit");
}

// The uint8 form's bias must have been made for these scales, as TFLite asks of every form with one scale.
bool askBiasScale(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const Value* bias = inputValue(graph, node, 2);
  const TensorType& weights = inputType(graph, node, 1);
  if (bias == nullptr || weights.quantization.scales.size() > 1) return true;
  const double biasScale = isQuantized(bias->type) ? double(scaleOf(bias->type)) : 0.0;
  const double product = double(scaleOf(inputType(graph, node, 0))) * double(scaleOf(weights));
  return questions.require(
      std::abs(product - biasScale) / double(scaleOf(outputType(graph, node))) <= 0.02, ReasonCode::Quantization,
      nameInput(graph, node, 2) + ": the scale " + std::to_string(biasScale) +
          " differs from the product of the scales of input and weights, " + std::to_string(product));
}

bool askIntegers(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const DataType in = inputType(graph, node, 0).dtype;
  const bool isByte = in == DataType::UInt8;
  bool fine = isByte ? questions.inputDtype(1, {DataType::UInt8}) && questions.outputDtype({in, DataType::Int16})
              : in == DataType::Int8
                  ? questions.inputDtype(1, {DataType::Int8}) && questions.outputDtype({in})
                  : questions.inputDtype(1, {DataType::Int8, DataType::Int16}) && questions.outputDtype({in});
  if (in == DataType::Int16) fine = askBiasType(questions, 2) && fine;
  if (inputValue(graph, node, 2) != nullptr) {
    fine = (in == DataType::Int16 ? questions.inputDtype(2, {DataType::Int32, DataType::Int64})
                                  : questions.inputDtype(2, {DataType::Int32})) &&
           fine;
  }
  if (!fine || !questions.inputPerTensor(0) || !questions.outputPerTensor()) return false;
  if (isByte ? !questions.inputPerTensorAnyZero(1) : !questions.inputPerChannel(1, 0)) return false;
  const auto& zeros = inputType(graph, node, 1).quantization.zeroPoints;
  return questions.require(zeros.size() == 1 || std::all_of(zeros.begin(), zeros.end(), [](int z) { return z == 0; }),
                           ReasonCode::Quantization,
                           nameInput(graph, node, 1) + ": weights with a scale a unit must have the zero point 0") &&
         askBiasScale(questions);
}

Support supportsFullyConnected(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  const auto& params = node.as<FullyConnectedParams>();
  if (!questions.require(!params.shuffledWeights, ReasonCode::Parameter,
                         "weights in the format SHUFFLED4x16INT8 are not supported") ||
      !questions.counts(2, 3) || !questions.inputRank(1, 2, 2) || !askShapes(questions, params) ||
      !questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16})) {
    return std::move(questions).answer();
  }
  const TensorType& output = outputType(graph, node);
  if (inputType(graph, node, 0).dtype == DataType::Float32) {
    bool fine =
        questions.inputDtype(1, {DataType::Float32, DataType::Int8}) && questions.outputDtype({DataType::Float32});
    if (inputValue(graph, node, 2) != nullptr) fine = questions.inputDtype(2, {DataType::Float32}) && fine;
    if (fine && inputType(graph, node, 1).dtype == DataType::Int8) questions.inputPerChannel(1, 0);
    questions.require(common::activationRange(params.activation).has_value(), ReasonCode::Parameter,
                      "the fused activation is not a clamp");
  } else if (askIntegers(questions)) {
    questions.require(
        common::activationRange(params.activation, output.dtype, scaleOf(output), zeroOf(output)).has_value(),
        ReasonCode::Parameter, "the fused activation is not a clamp that the output's type can express");
  }
  return std::move(questions).answer();
}

Prepared prepareCodes(const Graph& graph, const Node& node, const Layer& layer) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& weights = inputType(graph, node, 1);
  const TensorType& out = outputType(graph, node);
  Codes codes;
  codes.inputZero = zeroOf(in);
  codes.weightZero = zeroOf(weights);
  codes.outputZero = zeroOf(out);
  for (const float scale : weights.quantization.scales) {
    codes.scales.push_back(common::productScale(scaleOf(in), scale, scaleOf(out)));
  }
  codes.range = *common::activationRange(layer.activation, out.dtype, scaleOf(out), zeroOf(out));
  const bool wide = isWide(node, inputValue(graph, node, 2));
  if (in.dtype == DataType::UInt8 && out.dtype == DataType::Int16) {
    return prepareInteger<uint8_t, uint8_t, int16_t, uint32_t, int32_t>(layer, std::move(codes));
  }
  if (in.dtype == DataType::UInt8) {
    return prepareInteger<uint8_t, uint8_t, uint8_t, uint32_t, int32_t>(layer, std::move(codes));
  }
  if (in.dtype == DataType::Int8) {
    return prepareInteger<int8_t, int8_t, int8_t, uint32_t, int32_t>(layer, std::move(codes));
  }
  if (weights.dtype == DataType::Int16) {
    return wide ? prepareInteger<int16_t, int16_t, int16_t, uint64_t, int64_t>(layer, std::move(codes))
                : prepareInteger<int16_t, int16_t, int16_t, uint32_t, int32_t>(layer, std::move(codes));
  }
  return wide ? prepareInteger<int16_t, int8_t, int16_t, uint64_t, int64_t>(layer, std::move(codes))
              : prepareInteger<int16_t, int8_t, int16_t, uint32_t, int32_t>(layer, std::move(codes));
}

Result<Prepared> prepareFullyConnected(const Graph& graph, const Node& node) {
  const Layer layer = layerOf(graph, node);
  const TensorType& weights = inputType(graph, node, 1);
  Prepared prepared;
  if (inputType(graph, node, 0).dtype != DataType::Float32) {
    prepared = prepareCodes(graph, node, layer);
  } else if (weights.dtype == DataType::Float32) {
    prepared = prepareFloat(layer);
  } else {
    prepared =
        prepareHybrid(layer, weights.quantization.scales, node.as<FullyConnectedParams>().asymmetricQuantizeInputs);
  }
  prepared.rows = layer.batches * layer.units;
  return prepared;
}

}  // namespace

std::span<const Entry> fullyConnectedKernels() {
  static constexpr Entry kEntries[] = {{OpKind::FullyConnected, supportsFullyConnected, prepareFullyConnected}};
  return kEntries;
}

}  // namespace trireme::reference
