#include "kernels/reference/evaluate.h"

#include <algorithm>
#include <new>

#include "kernels/reference/families.h"

namespace trireme::reference {
namespace {

const Entry* find(OpKind op) {
  for (const auto family : families()) {
    for (const Entry& entry : family) {
      if (entry.op == op) return &entry;
    }
  }
  return nullptr;
}

// What every kernel takes for granted: inputs and outputs exist and have known shapes.
Support requireKnownShapes(const Graph& graph, const Node& node) {
  Support support;
  const auto look = [&](const std::vector<ValueId>& ids, const char* side) {
    for (size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] == kNoValue) continue;
      const Value& value = graph.value(ids[i]);
      support.require(value.type.shape.isKnown(), ReasonCode::DynamicShape,
                      std::string(side) + " " + std::to_string(i) + " '" + value.name + "' has a dimension (" +
                          value.type.shape.text() + ") that is known only after running");
    }
  };
  look(node.inputs, "input");
  look(node.outputs, "output");
  return support;
}

Code codeOf(ReasonCode reason) {
  switch (reason) {
    case ReasonCode::Rank:
    case ReasonCode::Parameter:
    case ReasonCode::Quantization:
      return Code::InvalidModel;
    default:
      return Code::Unsupported;
  }
}

Status refusal(const Support& support) {
  Code code = Code::InvalidModel;
  std::string sentence;
  for (const Reason& reason : support.reasons()) {
    if (codeOf(reason.code) == Code::Unsupported) code = Code::Unsupported;
    if (!sentence.empty()) sentence += "; ";
    sentence += reason.detail;
  }
  return Status::error(code, std::move(sentence));
}

// Scratch of one call, aligned to 64.
class Scratch {
 public:
  explicit Scratch(size_t bytes) : memory_(bytes == 0 ? nullptr : ::operator new(bytes, kAlign, std::nothrow)) {}
  ~Scratch() { ::operator delete(memory_, kAlign); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::byte* data() const { return static_cast<std::byte*>(memory_); }

 private:
  static constexpr std::align_val_t kAlign{64};
  void* memory_;
};

bool writesNothing(const Graph& graph, const Node& node) {
  return std::all_of(node.outputs.begin(), node.outputs.end(),
                     [&](ValueId id) { return id == kNoValue || graph.value(id).type.shape.elements() == 0; });
}

}  // namespace

std::span<const std::span<const Entry>> families() {
  static const std::span<const Entry> kFamilies[] = {
      activationKernels(),
      argMaxKernels(),
      batchMatmulKernels(),
      binaryKernels(),
      depthSpaceKernels(),
      castKernels(),
      concatenationKernels(),
      convKernels(),
      detectionPostProcessKernels(),
      fullyConnectedKernels(),
      gatherKernels(),
      packKernels(),
      padKernels(),
      poolKernels(),
      preluKernels(),
      quantizeKernels(),
      reduceKernels(),
      reshapeKernels(),
      resizeKernels(),
      sliceKernels(),
      softmaxKernels(),
      transposeKernels(),
      transposeConvKernels(),
      unaryKernels(),
  };
  return kFamilies;
}

Support supports(const Graph& graph, const Node& node) {
  const Entry* entry = find(node.op);
  if (entry == nullptr) {
    return Support::no(ReasonCode::UnknownOp, "there is no reference kernel for this operator");
  }
  Support support = requireKnownShapes(graph, node);
  return support.ok() ? entry->supports(graph, node) : support;
}

Result<Prepared> prepare(const Graph& graph, const Node& node) {
  if (const Support support = supports(graph, node); !support.ok()) return refusal(support);
  Result<Prepared> prepared = find(node.op)->prepare(graph, node);
  // Rows of nothing are still rows, and a stranger's file may ask for billions of them.
  if (prepared.ok() && writesNothing(graph, node)) prepared.value().rows = 0;
  return prepared;
}

Status evaluate(const Graph& graph, const Node& node, const Operands& operands) {
  TRIREME_ASSIGN(const Prepared prepared, prepare(graph, node));
  if (prepared.check) TRIREME_TRY(prepared.check(operands));
  const Scratch scratch(prepared.scratchBytes);
  if (prepared.scratchBytes != 0 && scratch.data() == nullptr) {
    return Status::error(Code::OutOfMemory, "no " + std::to_string(prepared.scratchBytes) + " bytes of scratch");
  }
  Operands mine = operands;
  mine.scratch = scratch.data();
  prepared.run(mine, {0, prepared.rows});
  return {};
}

}  // namespace trireme::reference
