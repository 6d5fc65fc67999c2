#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/check.h"
#include "core/compile.h"
#include "core/interpreter_impl.h"
#include "core/source_check.h"

namespace trireme {
namespace {

std::vector<std::vector<int64_t>> shapeKey(const Graph& graph) {
  std::vector<std::vector<int64_t>> key;
  for (ValueId value : graph.inputs()) {
    const auto dims = graph.value(value).type.shape.dims();
    key.emplace_back(dims.begin(), dims.end());
  }
  return key;
}

Result<int> findName(const std::vector<std::string>& names, std::string_view name, const char* what) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return int(found - names.begin());
  std::string known;
  for (const std::string& one : names) known += fmt::format("{}'{}'", known.empty() ? "" : ", ", one);
  return Status::error(Code::InvalidArgument,
                       fmt::format("there is no {} '{}'; there are: {}", what, name, known.empty() ? "none" : known));
}

Result<TensorType> typeAt(const std::vector<TensorType>& types, int index, const char* what) {
  if (index >= 0 && size_t(index) < types.size()) return types[size_t(index)];
  return Status::error(Code::InvalidArgument,
                       fmt::format("there is no {} {}; the model has {}", what, index, types.size()));
}

std::string_view nameAt(const std::vector<std::string>& names, int index) {
  return index >= 0 && size_t(index) < names.size() ? std::string_view(names[size_t(index)]) : std::string_view();
}

// The shapes of a request with some of them replaced.
std::vector<InputShape> merged(std::vector<InputShape> shapes, std::span<const InputShape> changes) {
  for (const InputShape& change : changes) {
    std::erase_if(shapes, [&](const InputShape& one) { return one.index == change.index; });
  }
  shapes.insert(shapes.end(), changes.begin(), changes.end());
  return shapes;
}

}  // namespace

void Interpreter::Impl::readTypes() {
  const auto read = [&](std::span<const ValueId> values, std::vector<TensorType>& types) {
    types.clear();
    for (ValueId value : values) types.push_back(model().graph.value(value).type);
  };
  read(model().graph.inputs(), inputTypes);
  read(model().graph.outputs(), outputTypes);
  read(model().preserved, preservedTypes);
}

Result<std::unique_ptr<Interpreter>> Interpreter::create(std::shared_ptr<const CompiledModel> compiled) {
  if (!compiled) return Status::error(Code::InvalidArgument, "there is no compiled model");
  auto impl = std::make_unique<Impl>();
  const core::ChosenGraph& chosen = compiled->impl()->request.chosen;
  impl->inputNames = chosen.inputNames;
  impl->outputNames = chosen.outputNames;
  impl->preservedNames = compiled->impl()->request.settings.preserved;
  const size_t frames = size_t(compiled->impl()->request.settings.framesInFlight);
  impl->runner = std::make_unique<core::FrameRunner>(compiled, frames);
  TRIREME_TRY(impl->runner->start());
  impl->readTypes();
  for (const auto& state : impl->runner->frames()) {
    impl->frames.push_back(std::make_unique<Frame>(std::unique_ptr<Frame::Impl>(new Frame::Impl{*impl, *state})));
  }
  impl->plans.emplace(shapeKey(impl->model().graph), impl->runner->compiled());
  if (frames > 1) {
    try {
      impl->flight = std::make_unique<core::Flight>(*impl->runner);
    } catch (const std::system_error& error) {
      return Status::error(Code::OutOfMemory, fmt::format("no thread for frames in flight: {}", error.what()));
    }
  }
  return std::make_unique<Interpreter>(std::move(impl));
}

Result<std::unique_ptr<Interpreter>> Interpreter::create(std::shared_ptr<const Model> model, const Options& options) {
  TRIREME_ASSIGN(std::shared_ptr<const CompiledModel> compiled, CompiledModel::create(std::move(model), options));
  return create(std::move(compiled));
}

Interpreter::Interpreter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Interpreter::~Interpreter() = default;

int Interpreter::inputCount() const { return int(impl_->inputTypes.size()); }
int Interpreter::outputCount() const { return int(impl_->outputTypes.size()); }
Result<TensorType> Interpreter::inputType(int index) const { return typeAt(impl_->inputTypes, index, "input"); }
Result<TensorType> Interpreter::outputType(int index) const { return typeAt(impl_->outputTypes, index, "output"); }
Result<int> Interpreter::inputIndex(std::string_view name) const { return findName(impl_->inputNames, name, "input"); }
Result<int> Interpreter::outputIndex(std::string_view name) const {
  return findName(impl_->outputNames, name, "output");
}
std::string_view Interpreter::inputName(int index) const { return nameAt(impl_->inputNames, index); }
std::string_view Interpreter::outputName(int index) const { return nameAt(impl_->outputNames, index); }

Status Interpreter::resizeInputs(std::span<const InputShape> shapes) {
  TRIREME_TRY(impl_->whileQuiet([] { return Status(); }));
  TRIREME_TRY(core::checkShapes(*impl_->model().request.chosen.graph, shapes));
  core::CompileRequest request = impl_->model().request;
  request.shapes = merged(std::move(request.shapes), shapes);
  std::vector<std::vector<int64_t>> key = shapeKey(impl_->model().graph);
  for (const InputShape& one : shapes) {
    key[size_t(one.index)].assign(one.shape.dims().begin(), one.shape.dims().end());
  }
  // Plans from before a device failed would use it again.
  const size_t denied = request.denied.size();
  std::erase_if(impl_->plans, [&](const auto& plan) { return plan.second->impl()->request.denied.size() != denied; });
  auto found = impl_->plans.find(key);
  std::shared_ptr<const CompiledModel> compiled = found == impl_->plans.end() ? nullptr : found->second;
  if (!compiled) {
    TRIREME_ASSIGN(compiled, core::compileModel(std::move(request)));
  }
  TRIREME_TRY(impl_->whileQuiet([&] { return impl_->runner->resize(std::move(compiled)); }));
  impl_->plans[std::move(key)] = impl_->runner->compiled();
  impl_->readTypes();
  return {};
}

int Interpreter::frameCount() const { return int(impl_->frames.size()); }
Frame& Interpreter::frame(int index) {
  TRIREME_CHECK(index >= 0 && index < frameCount(), "Interpreter::frame(index): the index is below frameCount()");
  return *impl_->frames[size_t(index)];
}
void Interpreter::cancel() noexcept { impl_->runner->cancel(); }

Status Interpreter::resetState() {
  return impl_->whileQuiet([&] {
    impl_->runner->resetState();
    return Status();
  });
}

Status Interpreter::retryDelegates() {
  return impl_->whileQuiet([&] {
    impl_->plans.clear();  // some may be without the delegates that are asked for
    return impl_->runner->retryDelegates();
  });
}

const CompiledModel& Interpreter::compiled() const { return *impl_->runner->compiled(); }
std::span<const Fault> Interpreter::faults() const { return impl_->runner->faults(); }

}  // namespace trireme
