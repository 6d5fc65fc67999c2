#include "tests/support/run_model.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/model/writer.h"

namespace trireme::support {

std::shared_ptr<const Model> modelOf(const Graph& graph) {
  struct Holder {
    std::vector<std::byte> bytes;
    std::shared_ptr<const Model> model;
  };
  const auto holder = std::make_shared<Holder>();
  Result<std::vector<std::byte>> bytes = model::writeModel(std::span(&graph, 1));
  EXPECT_TRUE(bytes.ok()) << bytes.status().message();
  if (!bytes.ok()) return nullptr;
  holder->bytes = std::move(bytes).value();
  Result<std::shared_ptr<const Model>> model = Model::fromBuffer(holder->bytes);
  EXPECT_TRUE(model.ok()) << model.status().message();
  if (!model.ok()) return nullptr;
  holder->model = std::move(model).value();
  return {holder, holder->model.get()};
}

Tensors randomInputs(const Interpreter& interpreter, uint64_t seed) {
  Random random(seed);
  Tensors inputs;
  for (int i = 0; i < interpreter.inputCount(); ++i) inputs.push_back(random.bytes(interpreter.inputType(i).value()));
  return inputs;
}

Status setInputs(Frame& frame, const Tensors& inputs) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    TRIREME_ASSIGN(const TensorView view, frame.input(int(i)));
    if (view.bytes.size() != inputs[i].size()) {
      return Status::error(Code::InvalidArgument, "input " + std::to_string(i) + " has " +
                                                      std::to_string(view.bytes.size()) + " bytes, the test gave " +
                                                      std::to_string(inputs[i].size()));
    }
    if (!inputs[i].empty()) std::memcpy(view.bytes.data(), inputs[i].data(), inputs[i].size());
  }
  return {};
}

Answer readOutputs(const Interpreter& interpreter, const Frame& frame) {
  Answer answer;
  for (int i = 0; i < interpreter.outputCount(); ++i) {
    Result<TensorView> view = frame.output(i);
    if (!view.ok()) {
      answer.status = view.status();
      return answer;
    }
    answer.outputs.emplace_back(view.value().bytes.begin(), view.value().bytes.end());
    answer.types.push_back(*view.value().type);
  }
  return answer;
}

Answer invoke(Interpreter& interpreter, const Tensors& inputs) {
  Answer answer;
  answer.status = setInputs(interpreter.frame(), inputs);
  if (answer.status.ok()) answer.status = interpreter.invoke();
  return answer.status.ok() ? readOutputs(interpreter, interpreter.frame()) : answer;
}

Answer runOnce(const std::shared_ptr<const Model>& model, const Options& options, uint64_t seed) {
  Result<std::unique_ptr<Interpreter>> interpreter = Interpreter::create(model, options);
  if (!interpreter.ok()) return {interpreter.status(), {}, {}};
  return invoke(*interpreter.value(), randomInputs(*interpreter.value(), seed));
}

std::map<std::string, size_t> nodesPerDelegate(const CompiledModel& compiled) {
  std::map<std::string, size_t> nodes;
  for (const PlannedPartition& partition : compiled.plan().partitions) {
    nodes[compiled.delegates()[partition.delegate]->info().name] += partition.nodes.size();
  }
  return nodes;
}

}  // namespace trireme::support
