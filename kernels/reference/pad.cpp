// PAD, PADV2, MIRROR_PAD.

#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

// An axis of the output: padding before and after an axis of the input.
struct PaddedAxis {
  int64_t before = 0, in = 1, after = 0;
  int64_t out() const { return before + in + after; }
  bool plain() const { return before == 0 && after == 0; }
};
struct PadPlan {
  std::array<PaddedAxis, kMaxRank> axes{};
  int count = 0;
};

Result<PadPlan> planPad(const TensorType& in, const TensorType& out, const Indices& paddings) {
  const int rank = in.shape.rank();
  PadPlan plan;
  plan.count = rank;
  std::array<int64_t, kMaxRank> dims{};
  for (int i = 0; i < rank; ++i) {
    const int64_t before = paddings[2 * i], after = paddings[2 * i + 1], dim = in.shape.dim(i);
    constexpr int64_t kMost = int64_t(1) << 40;
    if (before < 0 || after < 0 || before > kMost || after > kMost) {
      return wrong("axis " + std::to_string(i) + " is padded by " + std::to_string(before) + " and " +
                   std::to_string(after));
    }
    plan.axes[size_t(i)] = {before, dim, after};
    dims[size_t(i)] = dim <= (int64_t(1) << 62) - 2 * kMost ? before + dim + after : -1;
  }
  TRIREME_TRY(samePlannedShape(std::span(dims.data(), size_t(rank)), out));
  return plan;
}

// Reflections must lie inside the input: paddings up to its size, less one where the edge is not repeated.
Result<PadPlan> planMirrorPad(const TensorType& in, const TensorType& out, const Indices& paddings, int64_t edge) {
  TRIREME_ASSIGN(const PadPlan plan, planPad(in, out, paddings));
  for (int i = 0; i < plan.count; ++i) {
    const PaddedAxis& axis = plan.axes[size_t(i)];
    if (axis.before > axis.in - edge || axis.after > axis.in - edge) {
      if (axis.plain()) continue;
      return wrong("axis " + std::to_string(i) + " of size " + std::to_string(axis.in) + " cannot be mirrored by " +
                   std::to_string(axis.before) + " and " + std::to_string(axis.after));
    }
  }
  return plan;
}

// Axes that are not padded, and not the first, become part of the one around them.
PadPlan merged(const PadPlan& plan) {
  PadPlan result;
  for (int i = 0; i < plan.count; ++i) {
    const PaddedAxis& axis = plan.axes[size_t(i)];
    if (result.count > 0 && axis.plain()) {
      PaddedAxis& outer = result.axes[size_t(result.count - 1)];
      outer = {outer.before * axis.in, outer.in * axis.in, outer.after * axis.in};
    } else {
      result.axes[size_t(result.count++)] = axis;
    }
  }
  if (result.count == 0) result.axes[size_t(result.count++)] = PaddedAxis{};
  return result;
}

void fill(std::byte* to, int64_t count, const std::byte* element, int64_t elementBytes) {
  if (count <= 0) return;
  if (elementBytes == 1) {
    std::memset(to, int(*element), size_t(count));
    return;
  }
  for (int64_t i = 0; i < count; ++i) std::memcpy(to + i * elementBytes, element, size_t(elementBytes));
}

// Where the output position `at` lies in the input, or -1 in the padding.
int64_t inputOffset(const PadPlan& plan, const std::array<int64_t, kMaxRank>& at) {
  int64_t offset = 0;
  for (int i = 0; i + 1 < plan.count; ++i) {
    const PaddedAxis& axis = plan.axes[size_t(i)];
    const int64_t position = at[size_t(i)] - axis.before;
    if (position < 0 || position >= axis.in) return -1;
    offset = offset * axis.in + position;
  }
  return offset * plan.axes[size_t(plan.count - 1)].in;
}

// Output elements of one range: piece by piece along the last axis.
void runPad(const PadPlan& given, const std::byte* from, std::byte* to, ElementRange range, const std::byte* value,
            int64_t elementBytes) {
  const PadPlan plan = merged(given);
  const PaddedAxis inner = plan.axes[size_t(plan.count - 1)];
  while (range.begin < range.end) {
    std::array<int64_t, kMaxRank> at{};
    int64_t rest = range.begin;
    for (int i = plan.count - 1; i >= 0; --i) {
      at[size_t(i)] = rest % plan.axes[size_t(i)].out();
      rest /= plan.axes[size_t(i)].out();
    }
    const int64_t x = at[size_t(plan.count - 1)];
    const int64_t end = std::min(inner.out(), x + range.end - range.begin);
    std::byte* out = to + range.begin * elementBytes;
    const int64_t offset = inputOffset(plan, at);
    if (offset < 0) {
      fill(out, end - x, value, elementBytes);
    } else {
      const int64_t first = std::clamp(inner.before, x, end), last = std::clamp(inner.before + inner.in, first, end);
      fill(out, first - x, value, elementBytes);
      if (last > first) {
        std::memcpy(out + (first - x) * elementBytes, from + (offset + first - inner.before) * elementBytes,
                    size_t((last - first) * elementBytes));
      }
      fill(out + (last - x) * elementBytes, end - last, value, elementBytes);
    }
    range.begin += end - x;
  }
}

// The input position that a padded position shows. `edge` 1: the edge itself is not repeated.
int64_t mirrored(int64_t position, const PaddedAxis& axis, int64_t edge) {
  if (position < axis.before) return axis.before - 1 - position + edge;
  const int64_t inside = position - axis.before;
  return inside < axis.in ? inside : 2 * axis.in - 1 - edge - inside;
}

void runMirrorPad(const PadPlan& plan, const std::byte* from, std::byte* to, ElementRange range, int64_t edge,
                  int64_t elementBytes) {
  const PaddedAxis inner = plan.count == 0 ? PaddedAxis{} : plan.axes[size_t(plan.count - 1)];
  while (range.begin < range.end) {
    int64_t x = range.begin % inner.out(), rest = range.begin / inner.out();
    int64_t offset = 0, stride = inner.in;
    for (int i = plan.count - 2; i >= 0; --i) {
      const PaddedAxis& axis = plan.axes[size_t(i)];
      offset += mirrored(rest % axis.out(), axis, edge) * stride;
      rest /= axis.out();
      stride *= axis.in;
    }
    const int64_t end = std::min(inner.out(), x + range.end - range.begin);
    while (x < end) {
      const bool inside = x >= inner.before && x < inner.before + inner.in;
      const int64_t count = inside ? std::min(end, inner.before + inner.in) - x : 1;
      std::memcpy(to + range.begin * elementBytes, from + (offset + mirrored(x, inner, edge)) * elementBytes,
                  size_t(count * elementBytes));
      x += count;
      range.begin += count;
    }
  }
}

// Zero as the output's type stores it: PAD's fill.
std::array<std::byte, 16> zeroElement(const TensorType& type) {
  std::array<std::byte, 16> element{};
  if (!isQuantized(type)) return element;
  const int32_t zero = zeroOf(type);
  if (type.dtype == DataType::Int8 || type.dtype == DataType::UInt8) element[0] = std::byte(zero & 0xff);
  if (type.dtype == DataType::Int16) {
    const auto code = int16_t(zero);
    std::memcpy(element.data(), &code, sizeof code);
  }
  return element;
}

bool isCode(DataType dtype) { return dtype == DataType::Int8 || dtype == DataType::UInt8 || dtype == DataType::Int16; }

bool askPaddings(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const Shape& shape = inputType(graph, node, 1).shape;
  const int rank = inputType(graph, node, 0).shape.rank();
  return questions.require(shape.rank() == 2 && shape.dim(0) == rank && shape.dim(1) == 2, ReasonCode::Parameter,
                           nameInput(graph, node, 1) + ": expected " + std::to_string(rank) + "x2 paddings") &&
         SteeringInputs::ask(questions, {1});
}

auto padPlan(const Graph& graph, const Node& node) {
  return [in = inputType(graph, node, 0), out = outputType(graph, node)](const Steering& steering) {
    return planPad(in, out, steering[0]);
  };
}

void askPadValue(Questions& questions) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  if (isCode(outputType(graph, node).dtype) && isQuantized(outputType(graph, node))) {
    questions.outputPerTensorAnyZero();
  }
  if (inputValue(graph, node, 2) == nullptr) return;
  if (askMovable(questions, 2) && isCode(inputType(graph, node, 2).dtype)) questions.sameQuantization(2);
  questions.require(elementCount(inputType(graph, node, 2)) == 1, ReasonCode::Parameter,
                    nameInput(graph, node, 2) + ": expected one value");
}

Support supportsPad(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 3)) return std::move(questions).answer();
  if (askMovable(questions, 0)) askPadValue(questions);
  if (askPaddings(questions)) askPlan(questions, SteeringInputs(graph, node, {1}), padPlan(graph, node));
  return std::move(questions).answer();
}

Result<Prepared> preparePad(const Graph& graph, const Node& node) {
  const TensorType& out = outputType(graph, node);
  const SteeringInputs inputs(graph, node, {1});
  const auto plan = padPlan(graph, node);
  const bool given = inputValue(graph, node, 2) != nullptr;
  Prepared prepared;
  prepared.rows = elementRows(elementCount(out));
  if (!inputs.constant()) {
    prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  }
  prepared.run = [plan, inputs, given, zero = zeroElement(out), elements = elementCount(out),
                  elementBytes = bytesPerElement(out.dtype)](const Operands& operands, Rows rows) {
    const auto padded = plan(inputs.read(operands));
    if (!padded.ok()) return;
    runPad(padded.value(), operands.inputs[0], operands.outputs[0], elementsOf(rows, elements),
           given ? operands.inputs[2] : zero.data(), elementBytes);
  };
  return prepared;
}

auto mirrorPlan(const Graph& graph, const Node& node) {
  const int64_t edge = node.as<MirrorPadParams>().mode == MirrorPadMode::Reflect ? 1 : 0;
  return [in = inputType(graph, node, 0), out = outputType(graph, node), edge](const Steering& steering) {
    return planMirrorPad(in, out, steering[0], edge);
  };
}

Support supportsMirrorPad(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  if (askMovable(questions, 0) && isCode(outputType(graph, node).dtype)) questions.sameQuantization(0);
  if (askPaddings(questions)) askPlan(questions, SteeringInputs(graph, node, {1}), mirrorPlan(graph, node));
  return std::move(questions).answer();
}

Result<Prepared> prepareMirrorPad(const Graph& graph, const Node& node) {
  const TensorType& out = outputType(graph, node);
  const SteeringInputs inputs(graph, node, {1});
  const auto plan = mirrorPlan(graph, node);
  const int64_t edge = node.as<MirrorPadParams>().mode == MirrorPadMode::Reflect ? 1 : 0;
  Prepared prepared;
  prepared.rows = elementRows(elementCount(out));
  if (!inputs.constant()) {
    prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  }
  prepared.run = [plan, inputs, edge, elements = elementCount(out), elementBytes = bytesPerElement(out.dtype)](
                     const Operands& operands, Rows rows) {
    const auto padded = plan(inputs.read(operands));
    if (!padded.ok()) return;
    runMirrorPad(padded.value(), operands.inputs[0], operands.outputs[0], elementsOf(rows, elements), edge,
                 elementBytes);
  };
  return prepared;
}

}  // namespace

std::span<const Entry> padKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Pad, supportsPad, preparePad},
                                       {OpKind::PadV2, supportsPad, preparePad},
                                       {OpKind::MirrorPad, supportsMirrorPad, prepareMirrorPad}};
  return kEntries;
}

}  // namespace trireme::reference
