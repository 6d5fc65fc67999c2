#include "kernels/reference/softmax.h"

#include <bit>
#include <cmath>
#include <limits>

#include "kernels/common/fixed_point.h"
#include "kernels/reference/families.h"
#include "kernels/reference/operands.h"

namespace trireme::reference {
namespace {

constexpr int kDiffBits = 5;  // differences are Q5.26
constexpr int kSumBits = 12;  // sums are Q12.19

Prepared prepareFloat(float beta, int64_t depth) {
  Prepared prepared;
  prepared.run = [beta, depth](const Operands& operands, Rows rows) {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const float* from = input<float>(operands, 0) + row * depth;
      float* to = output<float>(operands) + row * depth;
      float most = std::numeric_limits<float>::lowest();
      for (int64_t i = 0; i < depth; ++i) most = most < from[i] ? from[i] : most;
      float sum = 0;
      for (int64_t i = 0; i < depth; ++i) {
        to[i] = std::exp((from[i] - most) * beta);
        sum += to[i];
      }
      for (int64_t i = 0; i < depth; ++i) to[i] /= sum;
    }
  };
  return prepared;
}

// beta * scale, capped where only a difference of 0 counts.
double inputMultiplier(double beta, double scale) {
  return std::min(beta * scale * double(int64_t(1) << (31 - kDiffBits)), 2147483647.0);
}

template <class In, class Out>
Prepared prepareBytes(const ByteExps& table, int64_t depth) {
  Prepared prepared;
  prepared.run = [table, depth](const Operands& operands, Rows rows) {
    constexpr int32_t kLow = std::numeric_limits<Out>::min(), kHigh = std::numeric_limits<Out>::max();
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const In* from = input<In>(operands, 0) + row * depth;
      Out* to = output<Out>(operands) + row * depth;
      int32_t most = std::numeric_limits<In>::min();
      for (int64_t i = 0; i < depth; ++i) most = std::max<int32_t>(most, from[i]);
      int64_t sum = 0;
      for (int64_t i = 0; i < depth; ++i) {
        if (from[i] - most >= table.least) sum += common::roundingShift(table.exps[size_t(most - from[i])], kSumBits);
      }
      const auto scale = common::reciprocal(int32_t(std::min<int64_t>(sum, INT32_MAX)), kSumBits);
      const int exponent = scale.bitsOverUnit + 31 - int(sizeof(Out)) * 8;
      for (int64_t i = 0; i < depth; ++i) {
        int32_t code = kLow;
        if (from[i] - most >= table.least) {
          const int32_t share = common::doublingHighMultiply(scale.mantissa, table.exps[size_t(most - from[i])]);
          code = int32_t(common::roundingShift(share, exponent)) + kLow;
        }
        to[i] = Out(std::clamp(code, kLow, kHigh));
      }
    }
  };
  return prepared;
}

int16_t saturate(int32_t value) { return int16_t(std::clamp(value, -32768, 32767)); }

Prepared prepareWords(const WordTables& tables, int64_t depth) {
  Prepared prepared;
  prepared.run = [tables, depth](const Operands& operands, Rows rows) {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int16_t* from = input<int16_t>(operands, 0) + row * depth;
      int16_t* to = output<int16_t>(operands) + row * depth;
      int32_t most = -32768;
      for (int64_t i = 0; i < depth; ++i) most = std::max<int32_t>(most, from[i]);
      uint32_t sum = 0;  // Q16.15
      for (int64_t i = 0; i < depth; ++i) {
        const int32_t scaled = common::multiply(from[i] - most, tables.multiplier);
        to[i] = tables.exp.at(saturate(common::wrappingAdd(scaled, 32767)));
        sum += uint32_t(to[i]);
      }
      // The sum as 1 + x with x in [0, 1], and x as a table's code.
      const int headroom = std::countl_zero(sum);
      const auto shifted = int32_t(((int64_t(sum) << (headroom == 0 ? 0 : headroom - 1)) + (1 << 13)) >> 14);
      const int16_t reciprocal = tables.reciprocal.at(saturate(shifted - (1 << 15) - (1 << 16)));
      const int right = std::max(1, 31 - headroom);
      for (int64_t i = 0; i < depth; ++i) {
        const int64_t share = (int64_t(to[i]) * reciprocal + (int64_t(1) << (right - 1))) >> right;
        to[i] = int16_t(std::clamp<int64_t>(share, 0, 32767));
      }
    }
  };
  return prepared;
}

bool askOutput(Questions& questions, float scale, int32_t zero) {
  const TensorType& output = outputType(questions.graph(), questions.node());
  return questions.require(zeroOf(output) == zero && std::abs(scaleOf(output) - scale) <= 0.001f * scale,
                           ReasonCode::Quantization,
                           nameOutput(questions.graph(), questions.node()) + ": must have the scale " +
                               std::to_string(scale) + " and the zero point " + std::to_string(zero));
}

Support supportsSoftmax(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1) || !questions.inputRank(0, 1, kMaxRank) ||
      !questions.inputDtype(0, {DataType::Float32, DataType::UInt8, DataType::Int8, DataType::Int16}) ||
      !questions.outputShape(inputType(graph, node, 0).shape.dims())) {
    return std::move(questions).answer();
  }
  const DataType in = inputType(graph, node, 0).dtype, out = outputType(graph, node).dtype;
  if (in == DataType::Float32 || in == DataType::Int16) {
    questions.outputDtype({in});
  } else {
    questions.outputDtype({in, DataType::Int16});
  }
  if (in == DataType::Float32 || !questions.ok()) return std::move(questions).answer();
  if (!questions.inputPerTensor(0) || !questions.outputPerTensor()) return std::move(questions).answer();
  if (in == DataType::Int8 && out == DataType::Int8) askOutput(questions, 1.0f / 256, -128);
  if (in == DataType::Int16) askOutput(questions, 1.0f / 32768, 0);
  const float beta = node.as<SoftmaxParams>().beta;
  const double product = double(beta) * double(scaleOf(inputType(graph, node, 0)));
  const bool fits =
      in == DataType::Int16
          ? common::quantizeMultiplier(double(scaleOf(inputType(graph, node, 0)) * beta) * 6553.5).has_value()
          : inputMultiplier(beta, double(scaleOf(inputType(graph, node, 0)))) > 1.0;
  questions.require(
      fits, ReasonCode::Parameter,
      "beta times the input's scale, " + std::to_string(product) + ", is outside of what integers express");
  return std::move(questions).answer();
}

Result<Prepared> prepareSoftmax(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const DataType out = outputType(graph, node).dtype;
  const int64_t depth = in.shape.dim(in.shape.rank() - 1);
  const float beta = node.as<SoftmaxParams>().beta;
  Prepared prepared;
  if (in.dtype == DataType::Float32) {
    prepared = prepareFloat(beta, depth);
  } else if (in.dtype == DataType::Int16) {
    prepared = prepareWords(makeWordTables(beta, scaleOf(in)), depth);
  } else {
    const ByteExps table = makeByteExps(beta, scaleOf(in));
    if (in.dtype == DataType::Int8) {
      prepared = out == DataType::Int8 ? prepareBytes<int8_t, int8_t>(table, depth)
                                       : prepareBytes<int8_t, int16_t>(table, depth);
    } else {
      prepared = out == DataType::UInt8 ? prepareBytes<uint8_t, uint8_t>(table, depth)
                                        : prepareBytes<uint8_t, int16_t>(table, depth);
    }
  }
  prepared.rows = depth == 0 ? 0 : in.shape.elements() / depth;
  return prepared;
}

}  // namespace

ByteExps makeByteExps(double beta, double scale) {
  const auto multiplier = common::quantizeMultiplier(inputMultiplier(beta, scale)).value_or(common::Multiplier{});
  ByteExps table;
  const double radius = double((int64_t(1) << kDiffBits) - 1) * double(int64_t(1) << (31 - kDiffBits)) /
                        double(int64_t(1) << multiplier.shift);
  table.least = -int32_t(std::floor(radius));
  for (int32_t difference = 0; difference < 256 && -difference >= table.least; ++difference) {
    table.exps[size_t(difference)] = common::expOfNegative(common::multiply(-difference, multiplier), kDiffBits);
  }
  return table;
}

WordTables makeWordTables(float beta, float scale) {
  constexpr double kRange = 65535.0;
  WordTables tables;
  tables.exp = common::LookupTable16(10.0 / kRange, 32767, 2.0 / kRange, 0, [](double x) { return std::exp(x); });
  tables.reciprocal =
      common::LookupTable16(1.0 / kRange, -32768, 2.0 / kRange, 0, [](double x) { return 1.0 / (1.0 + x); });
  const float product = scale * beta;
  tables.multiplier = common::quantizeMultiplier(double(product) / (10.0 / kRange)).value_or(common::Multiplier{});
  return tables;
}

std::span<const Entry> softmaxKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Softmax, supportsSoftmax, prepareSoftmax}};
  return kEntries;
}

}  // namespace trireme::reference
