#include "tests/unit/delegates/cpu/partition_run.h"

#include <cstring>

namespace trireme::cpu {

std::vector<Bytes> randomInputs(const Graph& graph, uint64_t seed) {
  support::Random random(seed);
  std::vector<Bytes> inputs;
  for (const ValueId id : graph.inputs()) inputs.push_back(random.bytes(graph.value(id).type));
  return inputs;
}

std::vector<Bytes> evaluateAll(const Graph& graph, const std::vector<Bytes>& inputs) {
  std::vector<Bytes> values(graph.values().size());
  for (size_t i = 0; i < inputs.size(); ++i) values[index(graph.inputs()[i])] = inputs[i];
  for (const Node& node : graph.nodes()) {
    std::vector<const std::byte*> in;
    std::vector<std::byte*> out;
    for (const ValueId id : node.inputs) {
      if (id == kNoValue) {
        in.push_back(nullptr);
      } else {
        in.push_back(graph.value(id).isConstant ? graph.value(id).constant.data() : values[index(id)].data());
      }
    }
    for (const ValueId id : node.outputs) {
      values[index(id)].resize(byteSize(graph.value(id).type).value());
      out.push_back(values[index(id)].data());
    }
    const Status status = reference::evaluate(graph, node, {in, out, nullptr});
    EXPECT_TRUE(status.ok()) << status.message();
  }
  return values;
}

PartitionRun::PartitionRun(const Graph& graph, std::shared_ptr<Delegate> delegate, std::vector<ValueId> outputs)
    : graph_(graph),
      delegate_(std::move(delegate)),
      inputs_(graph.inputs().begin(), graph.inputs().end()),
      outputs_(std::move(outputs)) {
  if (outputs_.empty()) outputs_.assign(graph.outputs().begin(), graph.outputs().end());
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) nodes_.push_back(NodeId{i});
  auto compiled = delegate_->compile({graph_, nodes_, inputs_, outputs_}, {});
  EXPECT_TRUE(compiled.ok()) << compiled.status().message();
  compiled_ = std::move(compiled).value();
}

void PartitionRun::bind(bool inPlace) {
  const PartitionNeeds& needs = compiled_->needs();
  const auto allocate = [&](const BufferNeed& need) {
    buffers_.push_back(hostDevice().allocate(std::max<size_t>(need.bytes, 1)).value());
    std::memset(buffers_.back()->host(), 0xEE, buffers_.back()->size());  // old rubbish must not matter
    return BufferView{buffers_.back().get(), 0, need.bytes};
  };
  inputViews_.clear();
  outputViews_.clear();
  for (const BufferNeed& need : needs.inputs) inputViews_.push_back(allocate(need));
  for (const BufferNeed& need : needs.outputs) outputViews_.push_back(allocate(need));
  if (inPlace) {
    for (const InPlace& pair : needs.inPlace) outputViews_[pair.output] = inputViews_[pair.input];
  }
  const BufferView scratch = allocate(needs.scratch);
  auto bound = compiled_->bind({inputViews_, outputViews_, scratch});
  ASSERT_TRUE(bound.ok()) << bound.status().message();
  bound_ = std::move(bound).value();
}

Event PartitionRun::submit(const std::vector<Bytes>& inputs, TraceSink* details) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].empty()) std::memcpy(inputViews_[i].host(), inputs[i].data(), inputs[i].size());
  }
  return bound_->submit(details);
}

Bytes PartitionRun::output(size_t i) const {
  const std::byte* host = outputViews_[i].host();
  return {host, host + outputViews_[i].size};
}

void expectLikeReference(const Graph& graph, std::shared_ptr<Delegate> delegate, bool exact) {
  const std::vector<Bytes> inputs = randomInputs(graph, 7);
  const std::vector<Bytes> expected = evaluateAll(graph, inputs);
  PartitionRun run(graph, std::move(delegate));
  run.bind();
  const Status status = run.submit(inputs).wait();
  ASSERT_TRUE(status.ok()) << status.message();
  for (size_t i = 0; i < run.outputs().size(); ++i) {
    const ValueId id = run.outputs()[i];
    const TensorType& type = graph.value(id).type;
    const auto tolerance = exact ? support::Tolerance::exact() : support::Tolerance::ofOperator(type.dtype);
    EXPECT_EQ("", tolerance.compare(type, expected[index(id)], run.output(i))) << graph.value(id).name;
  }
}

}  // namespace trireme::cpu
