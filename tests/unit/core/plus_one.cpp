#include "tests/unit/core/plus_one.h"

#include <algorithm>

namespace trireme::core {
namespace {

class Bound final : public BoundPartition {
 public:
  Bound(PlusOne& owner, float* to, const float* from, size_t count, float add)
      : owner_(owner), to_(to), from_(from), count_(count), add_(add) {
    ++owner_.bound;
  }
  ~Bound() override { --owner_.bound; }
  Event submit(TraceSink*) override {
    ++owner_.submitted;
    std::transform(from_, from_ + count_, to_, [&](float one) { return one + add_; });
    return owner_.onSubmit ? owner_.onSubmit() : Event();
  }

 private:
  PlusOne& owner_;
  float* to_;
  const float* from_;
  size_t count_;
  float add_;
};

class Compiled final : public CompiledPartition {
 public:
  Compiled(PlusOne& owner, size_t count, size_t nodes) : owner_(owner), count_(count), add_(float(nodes)) {
    needs_.inputs = needs_.outputs = {{count * sizeof(float), alignof(float)}};
    needs_.weightBytes = 1000;
    needs_.maxBound = owner.maxBound;
    ++owner_.compiled;
  }
  ~Compiled() override { --owner_.compiled; }
  const PartitionNeeds& needs() const override { return needs_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    if (owner_.onBind) {
      if (Status status = owner_.onBind(); !status.ok()) return status;
    }
    return std::unique_ptr<BoundPartition>(
        std::make_unique<Bound>(owner_, reinterpret_cast<float*>(bindings.outputs[0].host()),
                                reinterpret_cast<const float*>(bindings.inputs[0].host()), count_, add_));
  }

 private:
  PlusOne& owner_;
  PartitionNeeds needs_;
  size_t count_;
  float add_;
};

}  // namespace

PlusOne::PlusOne(std::string name) {
  info_.name = std::move(name);
  info_.device = "this machine";
  info_.rates = {1e15, 1e15, 0, 1e15, 0};  // so fast that every plan uses it where it can
}

Support PlusOne::supports(const Graph& graph, NodeId id) const {
  return Support().require(graph.node(id).op == OpKind::Relu, ReasonCode::UnknownOp, "only RELU is implemented");
}

Result<std::unique_ptr<CompiledPartition>> PlusOne::compile(const PartitionView& partition, const CompileOptions&) {
  if (onCompile) {
    if (Status status = onCompile(); !status.ok()) return status;
  }
  if (partition.inputs.size() != 1 || partition.outputs.size() != 1) {
    return Status::error(Code::Unsupported, "only chains");
  }
  const Shape& shape = partition.graph.value(partition.inputs[0]).type.shape;
  return std::unique_ptr<CompiledPartition>(
      std::make_unique<Compiled>(*this, size_t(shape.elements()), partition.nodes.size()));
}

}  // namespace trireme::core
