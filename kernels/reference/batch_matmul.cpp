#include <limits>

#include "kernels/common/activation_range.h"
#include "kernels/common/broadcast.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/families.h"
#include "kernels/reference/hybrid.h"
#include "kernels/reference/operands.h"

namespace trireme::reference {
namespace {

// Strides of one operand's matrices: x is rows by depth, y is depth by columns, whatever way they lie.
struct MatrixStrides {
  int64_t major = 0, minor = 0;
};

struct Product {
  int64_t rows = 0, columns = 0, depth = 0, matrices = 0;
  MatrixStrides x, y;
  std::vector<int64_t> xMatrix, yMatrix;  // number of the matrix of x and y behind each matrix of the output
};

// Acc[columns] += one row of x times y, in the order of the depth. `term` gives the product of two elements.
template <class Acc, class X, class Y, class Term>
void multiplyRow(const Product& p, const X* x, const Y* y, Acc* acc, Term term) {
  for (int64_t n = 0; n < p.columns; ++n) acc[n] = Acc{};
  if (p.y.minor == 1) {
    for (int64_t k = 0; k < p.depth; ++k) {
      const X factor = x[k * p.x.minor];
      const Y* line = y + k * p.y.major;
      for (int64_t n = 0; n < p.columns; ++n) acc[n] += term(factor, line[n]);
    }
    return;
  }
  for (int64_t n = 0; n < p.columns; ++n) {
    const Y* line = y + n * p.y.minor;
    Acc sum{};
    for (int64_t k = 0; k < p.depth; ++k) sum += term(x[k * p.x.minor], line[k * p.y.major]);
    acc[n] = sum;
  }
}

template <class X>
const X* rowOfX(const Product& p, const X* x, int64_t row) {
  return x + p.xMatrix[size_t(row / p.rows)] * p.rows * p.depth + row % p.rows * p.x.major;
}
template <class Y>
const Y* matrixOfY(const Product& p, const Y* y, int64_t row) {
  return y + p.yMatrix[size_t(row / p.rows)] * p.depth * p.columns;
}

Prepared prepareFloat(Product p) {
  Prepared prepared;
  prepared.run = [p = std::move(p)](const Operands& operands, Rows rows) {
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      multiplyRow(p, rowOfX(p, input<float>(operands, 0), row), matrixOfY(p, input<float>(operands, 1), row),
                  output<float>(operands) + row * p.columns, [](float a, float b) { return a * b; });
    }
  };
  return prepared;
}

struct Codes {
  int32_t xZero = 0, yZero = 0, outputZero = 0;
  common::Multiplier multiplier;
  bool raw = false;  // the sums themselves are the output
};

template <class X, class Y, class Out, class Acc, class Signed>
Prepared prepareInteger(Product p, Codes codes) {
  Prepared prepared;
  prepared.scratchBytes = size_t(p.columns) * sizeof(Acc);
  prepared.run = [p = std::move(p), codes](const Operands& operands, Rows rows) {
    auto* acc = reinterpret_cast<Acc*>(operands.scratch);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      multiplyRow(p, rowOfX(p, input<X>(operands, 0), row), matrixOfY(p, input<Y>(operands, 1), row), acc,
                  [&codes](X a, Y b) { return Acc(int64_t(a - codes.xZero) * (b - codes.yZero)); });
      Out* to = output<Out>(operands) + row * p.columns;
      if (codes.raw) {
        for (int64_t n = 0; n < p.columns; ++n) to[n] = Out(acc[n]);
        continue;
      }
      for (int64_t n = 0; n < p.columns; ++n) {
        int32_t scaled = 0;
        if constexpr (sizeof(Signed) == 8) {
          scaled = common::multiply64(Signed(acc[n]), codes.multiplier);
        } else {
          scaled = common::multiply(Signed(acc[n]), codes.multiplier);
        }
        const common::CodeRange range{std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()};
        to[n] = Out(common::clamp(common::wrappingAdd(scaled, codes.outputZero), range));
      }
    }
  };
  return prepared;
}

// A row of x is gathered, quantised, and multiplied with codes.
Prepared prepareHybrid(Product p, std::vector<float> scales, bool asymmetric) {
  Prepared prepared;
  const size_t gatheredAt = (size_t(p.columns) * sizeof(uint32_t) + 63) / 64 * 64;
  const size_t codesAt = gatheredAt + (size_t(p.depth) * sizeof(float) + 63) / 64 * 64;
  prepared.scratchBytes = codesAt + size_t(p.depth);
  prepared.run = [p = std::move(p), scales = std::move(scales), asymmetric, gatheredAt, codesAt](
                     const Operands& operands, Rows rows) {
    auto* acc = reinterpret_cast<uint32_t*>(operands.scratch);
    auto* gathered = reinterpret_cast<float*>(operands.scratch + gatheredAt);
    auto* codes = reinterpret_cast<int8_t*>(operands.scratch + codesAt);
    Product dense = p;
    dense.x.minor = 1;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const float* x = rowOfX(p, input<float>(operands, 0), row);
      for (int64_t k = 0; k < p.depth; ++k) gathered[k] = x[k * p.x.minor];
      const RunQuantization run =
          asymmetric ? quantizeAsymmetric(gathered, p.depth, codes) : quantizeSymmetric(gathered, p.depth, codes);
      multiplyRow(dense, codes, matrixOfY(p, input<int8_t>(operands, 1), row), acc,
                  [zero = run.zero](int8_t a, int8_t b) { return uint32_t((a - zero) * b); });
      float* to = output<float>(operands) + row * p.columns;
      for (int64_t n = 0; n < p.columns; ++n) {
        to[n] = run.scale * scales[scales.size() == 1 ? 0 : size_t(n)] * float(int32_t(acc[n]));
      }
    }
  };
  return prepared;
}

// The shape of all but the last two axes.
Shape batchShape(const Shape& shape) { return Shape::create(shape.dims().first(size_t(shape.rank() - 2))).value(); }

Product productOf(const Graph& graph, const Node& node) {
  const auto& params = node.as<BatchMatmulParams>();
  const Shape& x = inputType(graph, node, 0).shape;
  const Shape& y = inputType(graph, node, 1).shape;
  const int64_t xMajor = x.dim(x.rank() - 2), xMinor = x.dim(x.rank() - 1);
  const int64_t yMajor = y.dim(y.rank() - 2), yMinor = y.dim(y.rank() - 1);
  Product p;
  p.rows = params.adjointX ? xMinor : xMajor;
  p.depth = params.adjointX ? xMajor : xMinor;
  p.columns = params.adjointY ? yMajor : yMinor;
  p.x = params.adjointX ? MatrixStrides{1, xMinor} : MatrixStrides{xMinor, 1};
  p.y = params.adjointY ? MatrixStrides{1, yMinor} : MatrixStrides{yMinor, 1};
  const common::Broadcast batches(batchShape(x), batchShape(y));
  p.matrices = batches.elements();
  if (p.rows == 0 || p.columns == 0) return p;  // no output: no need to know its matrices
  batches.forEachRun(0, batches.elements(),
                     [&p](int64_t, int64_t a, int64_t aStep, int64_t b, int64_t bStep, int64_t count) {
                       for (int64_t i = 0; i < count; ++i) {
                         p.xMatrix.push_back(a + i * aStep);
                         p.yMatrix.push_back(b + i * bStep);
                       }
                     });
  return p;
}

// The batches are listed one by one, so their number is limited.
constexpr int64_t kMostMatrices = int64_t(1) << 20;

bool askShapes(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const auto& params = node.as<BatchMatmulParams>();
  const Shape& x = inputType(graph, node, 0).shape;
  const Shape& y = inputType(graph, node, 1).shape;
  const int64_t xDepth = x.dim(x.rank() - (params.adjointX ? 2 : 1));
  const int64_t yDepth = y.dim(y.rank() - (params.adjointY ? 1 : 2));
  const auto batches = common::broadcastShape(batchShape(x), batchShape(y));
  if (!questions.require(xDepth == yDepth && batches.has_value(), ReasonCode::Parameter,
                         nameInput(graph, node, 0) + " and " + nameInput(graph, node, 1) + " cannot be multiplied")) {
    return false;
  }
  std::vector<int64_t> dims(batches->dims().begin(), batches->dims().end());
  dims.push_back(x.dim(x.rank() - (params.adjointX ? 1 : 2)));
  dims.push_back(y.dim(y.rank() - (params.adjointY ? 2 : 1)));
  return questions.outputShape(dims) && questions.require(batches->elements() <= kMostMatrices, ReasonCode::Limit,
                                                          std::to_string(batches->elements()) + " matrices are above " +
                                                              std::to_string(kMostMatrices));
}

double multiplierOf(const Graph& graph, const Node& node) {
  return common::productScaleUInt8(scaleOf(inputType(graph, node, 0)), scaleOf(inputType(graph, node, 1)),
                                   scaleOf(outputType(graph, node)));
}

void askIntegers(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const DataType x = inputType(graph, node, 0).dtype;
  const bool isByte = x == DataType::Int8;
  if (isByte) {
    if (!questions.inputDtype(1, {DataType::Int8}) || !questions.outputDtype({DataType::Int8, DataType::Int32})) return;
  } else if (!questions.inputDtype(1, {DataType::Int16, DataType::Int8}) || !questions.outputDtype({DataType::Int16})) {
    return;
  }
  if (outputType(graph, node).dtype == DataType::Int32) return;
  if (!questions.inputPerTensor(0) || !questions.inputPerTensor(1) || !questions.outputPerTensor()) return;
  questions.require(isByte || zeroOf(inputType(graph, node, 1)) == 0, ReasonCode::Quantization,
                    nameInput(graph, node, 1) + ": the zero point must be 0");
  const auto multiplier = common::quantizeMultiplier(multiplierOf(graph, node));
  questions.require(multiplier && multiplier->shift <= (isByte ? common::kLargestShift : common::kLargestShift64),
                    ReasonCode::Quantization, "the scales of inputs and output give a multiplier that is too large");
}

Support supportsBatchMatmul(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2) || !questions.inputRank(0, 2, kMaxRank) || !questions.inputRank(1, 2, kMaxRank) ||
      !questions.inputDtype(0, {DataType::Float32, DataType::Int8, DataType::Int16}) || !askShapes(questions)) {
    return std::move(questions).answer();
  }
  if (inputType(graph, node, 0).dtype != DataType::Float32) {
    askIntegers(questions);
  } else if (questions.inputDtype(1, {DataType::Float32, DataType::Int8}) &&
             questions.outputDtype({DataType::Float32}) && inputType(graph, node, 1).dtype == DataType::Int8) {
    const int rank = inputType(graph, node, 1).shape.rank();
    questions.inputPerChannel(1, node.as<BatchMatmulParams>().adjointY ? rank - 2 : rank - 1);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareBatchMatmul(const Graph& graph, const Node& node) {
  Product p = productOf(graph, node);
  const int64_t rows = p.columns == 0 ? 0 : p.matrices * p.rows;
  const TensorType& x = inputType(graph, node, 0);
  const TensorType& y = inputType(graph, node, 1);
  Prepared prepared;
  if (x.dtype == DataType::Float32 && y.dtype == DataType::Float32) {
    prepared = prepareFloat(std::move(p));
  } else if (x.dtype == DataType::Float32) {
    prepared =
        prepareHybrid(std::move(p), y.quantization.scales, node.as<BatchMatmulParams>().asymmetricQuantizeInputs);
  } else {
    Codes codes;
    codes.raw = outputType(graph, node).dtype == DataType::Int32;
    if (!codes.raw) {
      codes.xZero = zeroOf(x);
      codes.yZero = zeroOf(y);
      codes.outputZero = zeroOf(outputType(graph, node));
      codes.multiplier = common::quantizeMultiplier(multiplierOf(graph, node)).value_or(common::Multiplier{});
    }
    if (codes.raw) {
      prepared = prepareInteger<int8_t, int8_t, int32_t, uint32_t, int32_t>(std::move(p), codes);
    } else if (x.dtype == DataType::Int8) {
      prepared = prepareInteger<int8_t, int8_t, int8_t, uint32_t, int32_t>(std::move(p), codes);
    } else if (y.dtype == DataType::Int8) {
      prepared = prepareInteger<int16_t, int8_t, int16_t, uint64_t, int64_t>(std::move(p), codes);
    } else {
      prepared = prepareInteger<int16_t, int16_t, int16_t, uint64_t, int64_t>(std::move(p), codes);
    }
  }
  prepared.rows = rows;
  return prepared;
}

}  // namespace

std::span<const Entry> batchMatmulKernels() {
  static constexpr Entry kEntries[] = {{OpKind::BatchMatmul, supportsBatchMatmul, prepareBatchMatmul}};
  return kEntries;
}

}  // namespace trireme::reference
