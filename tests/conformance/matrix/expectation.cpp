#include "tests/conformance/matrix/expectation.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "tests/support/tolerance.h"

namespace trireme::conformance::matrix {
namespace {

using support::ErrorBound;

float floatAt(std::span<const std::byte> bytes, size_t i) {
  float value = 0;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

double largestOf(std::span<const std::byte> floats) {
  double largest = 0;
  for (size_t i = 0; i < floats.size() / sizeof(float); ++i) {
    largest = std::max(largest, std::abs(double(floatAt(floats, i))));
  }
  return largest;
}

// Units in the last place are what OpenCL 1.2 allows its functions, and what composing them adds.
ErrorBound boundOf(OpKind op, double largestInput) {
  constexpr double kTiny = 0x1p-22;
  switch (op) {
    case OpKind::Div:
      return ErrorBound::function(2.5, 0);
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
      return ErrorBound::function(4, 0);
    case OpKind::Exp:
      return ErrorBound::function(4, 0);
    case OpKind::Log:
      return ErrorBound::function(4, kTiny);
    case OpKind::Logistic:
    case OpKind::Tanh:
    case OpKind::Elu:
      return ErrorBound::function(8, kTiny);
    case OpKind::Softmax:
      return ErrorBound::function(16, kTiny);
    case OpKind::HardSwish:
      return ErrorBound::function(4, 4 * kTiny);
    case OpKind::Gelu:
      return ErrorBound::function(16, 4 * kTiny);
    case OpKind::ResizeBilinear:  // positions up to 33 in float, twice rounded, times the step between neighbours
      return ErrorBound::function(4, 33 * 4 * 0x1p-24 * 2 * largestInput);
    default:
      return ErrorBound::exact();
  }
}

bool isHybrid(const Graph& graph) {
  const Node& node = graph.nodes()[0];
  const bool weighted = node.op == OpKind::Conv2d || node.op == OpKind::DepthwiseConv2d ||
                        node.op == OpKind::FullyConnected || node.op == OpKind::BatchMatmul;
  return weighted && graph.value(node.outputs[0]).type.dtype == DataType::Float32 &&
         graph.value(node.inputs[1]).type.dtype == DataType::Int8;
}

}  // namespace

Result<Expectation> Expectation::of(const OpCase& row, support::Storage storage) {
  Expectation expectation;
  expectation.storage_ = storage;
  TRIREME_ASSIGN(expectation.byReference_, row.byReference());
  for (size_t i = 0; i < row.outputCount(); ++i) expectation.types_.push_back(row.outputType(i));
  const Graph graph = row.graph();
  const auto operands = row.operands();
  if (auto sums = sumsOf(row)) {
    expectation.sums_ = std::move(*sums);
    expectation.bound_ = ErrorBound::sum();
  } else if (isHybrid(graph)) {
    // One integer sum, brought to a float and added to the bias.
    expectation.magnitude_ = largestOf(expectation.byReference_[0]);
    if (operands.size() > 2) expectation.magnitude_ += largestOf(operands[2]);
    expectation.bound_ = ErrorBound::sum();
  } else {
    const bool floats = !operands.empty() && graph.value(graph.nodes()[0].inputs[0]).type.dtype == DataType::Float32;
    expectation.bound_ = boundOf(row.op(), floats ? largestOf(operands[0]) : 0);
  }
  return expectation;
}

std::string Expectation::compare(const std::vector<std::vector<std::byte>>& actual) const {
  for (size_t i = 0; i < types_.size(); ++i) {
    std::string wrong;
    if (actual.at(i).size() != byReference_[i].size()) {
      wrong = fmt::format("expected {} bytes, found {}", byReference_[i].size(), actual[i].size());
    } else if (types_[i].dtype == DataType::Float32) {
      wrong = compareFloats(i, actual[i]);
    } else {
      wrong = support::Tolerance::exact().compare(types_[i], byReference_[i], actual[i]);
    }
    if (!wrong.empty()) return types_.size() == 1 ? wrong : fmt::format("output {}: {}", i, wrong);
  }
  return {};
}

std::string Expectation::compareFloats(size_t output, std::span<const std::byte> actual) const {
  const size_t count = actual.size() / sizeof(float);
  size_t differ = 0, worst = 0;
  double worstRatio = -1;
  const auto wanted = [&](size_t i) {
    if (output == 0 && !sums_.empty()) return sums_[i];
    return Sum{double(floatAt(byReference_[output], i)), magnitude_, 1};
  };
  for (size_t i = 0; i < count; ++i) {
    const Sum sum = wanted(i);
    const float found = floatAt(actual, i);
    if (bound_.accepts(sum, found, storage_)) continue;
    ++differ;
    const double error = std::abs(double(found) - sum.value);
    const double ratio = std::isfinite(error) ? error / (bound_.allowed(sum, storage_) + 1e-300) : 1e300;
    if (ratio <= worstRatio) continue;
    worstRatio = ratio;
    worst = i;
  }
  if (differ == 0) return {};
  const Sum sum = wanted(worst);
  return fmt::format("{} of {} elements differ; the worst is element {}: expected {:.9g} within {:.3g}, found {:.9g}",
                     differ, count, worst, sum.value, bound_.allowed(sum, storage_), floatAt(actual, worst));
}

}  // namespace trireme::conformance::matrix
