#include "core/compiled_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/compile.h"
#include "core/measured.h"
#include "core/plan/explain.h"
#include "core/tuner.h"

namespace trireme {
namespace {

// A sentence for each delegate that is left out since it failed, broken between words at 100 columns.
std::string explainDenied(const core::CompileRequest& request) {
  constexpr size_t kColumns = 100, kIndent = 15;
  std::string text;
  for (const plan::Denial& denial : request.denied) {
    const std::string sentence = fmt::format("{}: {}", request.delegates[denial.delegate]->info().name, denial.why);
    text += fmt::format("{:<{}}", "left out", kIndent - 1);
    size_t column = kIndent - 1;
    for (size_t at = 0; at < sentence.size();) {
      const size_t end = std::min(sentence.find(' ', at), sentence.size());
      const bool fits = column + 1 + (end - at) <= kColumns;
      text += fits ? " " : fmt::format("\n{:{}}", "", kIndent);
      text += sentence.substr(at, end - at);
      column = (fits ? column + 1 : kIndent) + (end - at);
      at = end + 1;
    }
    text += '\n';
  }
  return text;
}

}  // namespace

Result<std::shared_ptr<const CompiledModel>> CompiledModel::create(std::shared_ptr<const Model> model,
                                                                   const Options& options) {
  TRIREME_ASSIGN(core::CompileRequest request, core::requestFor(std::move(model), options.settings()));
  request.measured = core::readMeasured(request.settings, request.delegates);
  return request.settings.tuning ? core::compileTuned(std::move(request)) : core::compileModel(std::move(request));
}

CompiledModel::CompiledModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
CompiledModel::~CompiledModel() = default;

const Model& CompiledModel::model() const { return *impl_->request.model; }
const Graph& CompiledModel::graph() const { return impl_->graph; }
const ExecutionPlan& CompiledModel::plan() const { return impl_->plan; }
std::span<const std::shared_ptr<Delegate>> CompiledModel::delegates() const { return impl_->request.delegates; }
std::span<const Placement> CompiledModel::placements() const { return impl_->placements; }
std::span<const PassReport> CompiledModel::passes() const { return impl_->passes; }
std::span<const CallInfo> CompiledModel::calls(uint32_t partition) const {
  return partition < impl_->pools.size() ? impl_->pools[partition]->first().calls() : std::span<const CallInfo>();
}
size_t CompiledModel::weightBytes(uint32_t partition) const {
  return partition < impl_->pools.size() ? impl_->pools[partition]->weightBytes() : 0;
}

std::span<const TunedPlan> CompiledModel::tuning() const { return impl_->request.tuned; }

std::string CompiledModel::explain() const {
  std::vector<std::string> names, devices;
  std::vector<PartitionLimits> limits;
  for (const std::shared_ptr<Delegate>& delegate : impl_->request.delegates) {
    names.push_back(delegate->info().name);
    devices.push_back(delegate->info().device);
    limits.push_back(delegate->info().limits);
    limits.back().maxPartitions = std::min(limits.back().maxPartitions, impl_->request.settings.maxPartitions);
  }
  std::vector<std::span<const CallInfo>> partitionCalls;
  std::vector<size_t> weights;
  for (uint32_t p = 0; p < impl_->pools.size(); ++p) {
    partitionCalls.push_back(calls(p));
    weights.push_back(weightBytes(p));
  }
  return explainDenied(impl_->request) + plan::explain({impl_->graph, impl_->plan, impl_->placements, names, devices,
                                                        impl_->passes, partitionCalls, weights, limits});
}

}  // namespace trireme
