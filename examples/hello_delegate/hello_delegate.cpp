// float32 LOGISTIC in host memory. All that a delegate must do, and a plan that uses it.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "trireme/trireme.h"

namespace {

using namespace trireme;

class BoundLogistic final : public BoundPartition {
 public:
  BoundLogistic(std::span<const float> from, std::span<float> to) : from_(from), to_(to) {}
  Event submit(TraceSink*) override {
    std::transform(from_.begin(), from_.end(), to_.begin(), [](float v) { return 1 / (1 + std::exp(-v)); });
    return {};  // finished before it returned
  }

 private:
  std::span<const float> from_;
  std::span<float> to_;
};

class CompiledLogistic final : public CompiledPartition {
 public:
  explicit CompiledLogistic(size_t elements) : elements_(elements) {
    needs_.inputs = needs_.outputs = {{elements * sizeof(float), alignof(float)}};
    needs_.inPlace = {{0, 0}};
  }
  const PartitionNeeds& needs() const override { return needs_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    const auto* from = reinterpret_cast<const float*>(bindings.inputs[0].host());
    auto* to = reinterpret_cast<float*>(bindings.outputs[0].host());
    return std::make_unique<BoundLogistic>(std::span(from, elements_), std::span(to, elements_));
  }

 private:
  size_t elements_;
  PartitionNeeds needs_;
};

class LogisticDelegate final : public Delegate {
 public:
  LogisticDelegate() {
    info_.name = info_.device = "hello";
    info_.rates = {1e9, 1e10, 1e-6, 1e10, 0};
    info_.limits.maxNodes = 1;  // the planner gives us one node at a time
  }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph& graph, NodeId id) const override {
    const Node& node = graph.node(id);
    if (node.op != OpKind::Logistic) return Support::no(ReasonCode::UnknownOp, "only LOGISTIC is implemented");
    return Support().require(graph.value(node.inputs[0]).type.dtype == DataType::Float32, ReasonCode::DataType,
                             "the input must be float32");
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition, const CompileOptions&) override {
    const TensorType& type = partition.graph.value(partition.inputs[0]).type;
    return std::make_unique<CompiledLogistic>(size_t(type.shape.elements()));
  }

 private:
  DelegateInfo info_;
};

Status run(const char* path) {
  TRIREME_ASSIGN(const std::shared_ptr<const Model> model, Model::fromFile(path));
  Options options;
  options.addDelegate(std::make_shared<LogisticDelegate>());
  options.setStrategy("greedy");  // "optimal" asks what it costs, and may leave small nodes to the CPU
  TRIREME_ASSIGN(const auto interpreter, Interpreter::create(model, options));
  TRIREME_TRY(interpreter->invoke());
  size_t ours = 0;
  for (const Placement& placement : interpreter->compiled().placements()) {
    if (placement.partition == kNoPartition) continue;
    ours += interpreter->plan().partitions[placement.partition].delegate == 0 ? 1 : 0;
  }
  std::printf("%s\n%zu of %zu nodes ran on 'hello'\n", interpreter->explain().c_str(), ours,
              interpreter->compiled().placements().size());
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  const Status status = run(count > 1 ? arguments[1] : "lenet_float32.tflite");
  if (!status.ok()) std::fprintf(stderr, "hello_delegate: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
