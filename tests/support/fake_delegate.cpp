#include "tests/support/fake_delegate.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::fake {
namespace {

template <class T>
bool listed(const std::vector<T>& list, T one) {
  return list.empty() || std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

FakeDelegate::FakeDelegate(const FakeOptions& options, std::shared_ptr<Script> script)
    : options_(options), script_(script), device_(options, script) {
  info_.name = options.name;
  info_.device = "a fake device of the tests";
  info_.driver = "none";
  info_.asynchronous = options.asynchronous;
  info_.rates = options.rates;
  info_.limits = options.limits;
  ++script_->delegates;
}

FakeDelegate::~FakeDelegate() {
  if (!device_.queue().idle() && script_->struck() == 0)
    script_->violation("the delegate was destroyed while its queue had work");
  if (script_->delegates == 1 && script_->buffers != 0)
    script_->violation("the delegate was destroyed before its buffers");
  --script_->delegates;
}

Support FakeDelegate::supports(const Graph& graph, NodeId id) const {
  const Node& node = graph.node(id);
  if (options_.saysYesToAll) return {};
  Support support;
  support.require(listed(options_.operators, node.op), ReasonCode::UnknownOp,
                  fmt::format("{} is not among its operators", opName(node.op)));
  for (ValueId value : node.inputs) {
    if (value == kNoValue || graph.value(value).isConstant) continue;
    const DataType dtype = graph.value(value).type.dtype;
    support.require(listed(options_.dataTypes, dtype), ReasonCode::DataType,
                    fmt::format("{} is not among its types", dataTypeName(dtype)));
  }
  if (!support.ok()) return support;
  return reference::supports(graph, node);
}

std::vector<Support> FakeDelegate::query(const Graph& graph) const {
  const std::optional<Trouble> trouble = script_->count(Call::Query);
  if (trouble && trouble->how == How::Throw) (void)strike(*trouble);
  if (trouble && trouble->how == How::Null) return {};
  std::vector<Support> answers = Delegate::query(graph);
  if (trouble && trouble->how == How::Short && !answers.empty()) answers.pop_back();
  if (trouble && trouble->how == How::Fail) {
    answers.assign(graph.nodes().size(), Support::no(ReasonCode::DeviceFailed, troubleStatus(*trouble).message()));
  }
  return answers;
}

Result<std::unique_ptr<CompiledPartition>> FakeDelegate::compile(const PartitionView& view, const CompileOptions&) {
  const std::optional<Trouble> trouble = script_->count(Call::Compile);
  if (trouble && trouble->how == How::Null) return std::unique_ptr<CompiledPartition>();
  if (trouble && trouble->how != How::Short) return strike(*trouble);
  for (NodeId id : view.nodes) {
    const OpKind op = view.graph.node(id).op;
    if (!options_.turnedDown.empty() && listed(options_.turnedDown, op)) {
      return Status::error(Code::Unsupported, fmt::format("the fake device's compiler turned {} down", opName(op)));
    }
  }
  TRIREME_ASSIGN(std::unique_ptr<CompiledPartition> partition, FakePartition::create(view, options_, device_, script_));
  if (trouble) static_cast<FakePartition&>(*partition).spoilNeeds();
  return partition;
}

}  // namespace trireme::fake
