#include "delegates/emulated/emulated_delegate.h"

#include <fmt/format.h>

#include "delegates/emulated/cost_model.h"
#include "delegates/emulated/emulated_partition.h"
#include "delegates/emulated/support.h"

namespace trireme::emulated {
namespace {

TimeLabel labelOf(EmulationMode mode) {
  if (mode == EmulationMode::Native) return TimeLabel::Measured;
  return mode == EmulationMode::Paced ? TimeLabel::Paced : TimeLabel::Modelled;
}

DelegateInfo describe(const Profile& profile, std::string name, const DelegateInfo& wrapped, EmulationMode mode) {
  DelegateInfo info;
  info.name = std::move(name);
  info.label = labelOf(mode);
  // Its own times are the wrapped device's: whoever keeps them must know which one that was.
  const bool native = mode == EmulationMode::Native;
  const std::string over = native ? fmt::format("{} ({})", wrapped.name, wrapped.device) : wrapped.name;
  info.device = fmt::format("{}, emulated over {}, times {}", profile.title, over, timeLabelName(info.label));
  info.driver = fmt::format("profile {}", profile.name);
  info.asynchronous = wrapped.asynchronous || mode == EmulationMode::Paced;
  info.rates = ratesOf(profile);
  info.limits = profile.limits.partitions;
  info.precision = profile.exact() ? wrapped.precision : Precision::Relaxed;
  return info;
}

// A device before one of the wrapped delegate, and what partitions for it need.
struct Opened {
  Opened(const Profile& profile, const std::string& name, Delegate& wrapped, EmulationMode mode)
      : device(profile, name, wrapped.device(), mode), context{profile, wrapped, device} {}
  EmulatedDevice device;
  const PartitionContext context;
};

class EmulatedDelegate final : public Delegate {
 public:
  EmulatedDelegate(Profile profile, std::string name, std::shared_ptr<Delegate> wrapped, EmulationMode mode)
      : profile_(std::move(profile)),
        wrapped_(std::move(wrapped)),
        info_(describe(profile_, std::move(name), wrapped_->info(), mode)),
        mode_(mode) {
    open();
  }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return current().device; }
  void renew() override {
    const std::lock_guard lock(mutex_);
    wrapped_->renew();
    if (!isBeforeWrapped(*opened_.back())) open();
  }

  Support supports(const Graph& graph, NodeId node) const override {
    Support support = answer(profile_, graph, node);
    addWrapped(wrapped_->supports(graph, node), support);
    return support;
  }

  std::vector<Support> query(const Graph& graph) const override {
    std::vector<Support> answers;
    const std::vector<Support> wrapped = wrapped_->query(graph);
    for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
      answers.push_back(answer(profile_, graph, NodeId{i}));
      if (i < wrapped.size()) addWrapped(wrapped[i], answers.back());
    }
    return answers;
  }

  std::optional<Cost> estimate(const Graph& graph, std::span<const NodeId> nodes) const override {
    Cost total;
    total.source = profile_.published ? Cost::Source::Published : Cost::Source::Estimated;
    for (const NodeId node : nodes) {
      const NodeCost cost = nodeCost(profile_, graph, node);
      total.seconds += cost.seconds();
      total.joules += cost.joules;
    }
    return total;
  }

  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    Opened& opened = current();
    TRIREME_TRY(opened.device.faults().compile());
    auto made = profile_.exact() ? compileWhole(opened.context, partition, options)
                                 : compileRounded(opened.context, partition, options);
    if (made.ok() && !isBeforeWrapped(opened)) {  // another plan over the wrapped delegate has renewed it meanwhile
      return Status::error(
          Code::DeviceLost,
          fmt::format("{}, which it wraps, has another device than when the plan began", wrapped_->info().name));
    }
    return made;
  }

 private:
  void open() { opened_.push_back(std::make_unique<Opened>(profile_, info_.name, *wrapped_, mode_)); }
  bool isBeforeWrapped(Opened& opened) const { return &opened.device.wrapped() == &wrapped_->device(); }
  Opened& current() const {
    const std::lock_guard lock(mutex_);
    return *opened_.back();
  }
  void addWrapped(const Support& wrapped, Support& support) const {
    for (const Reason& reason : wrapped.reasons()) {
      support.require(false, reason.code, fmt::format("{}, which it wraps: {}", wrapped_->info().name, reason.detail));
    }
  }

  Profile profile_;
  std::shared_ptr<Delegate> wrapped_;
  DelegateInfo info_;
  EmulationMode mode_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Opened>> opened_;  // the last one is in use; what was made for the others still is theirs
};

}  // namespace

DelegateResult makeDelegate(Profile profile, std::string name, std::shared_ptr<Delegate> wrapped, EmulationMode mode) {
  if (!wrapped) return Status::error(Code::InvalidArgument, fmt::format("{} has no delegate to wrap", name));
  if (wrapped->info().name.starts_with("emulated:")) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("{} cannot wrap {}, which is emulated itself", name, wrapped->info().name));
  }
  profile.over = wrapped->info().name;
  std::shared_ptr<Delegate> delegate =
      std::make_shared<EmulatedDelegate>(std::move(profile), std::move(name), std::move(wrapped), mode);
  return delegate;
}

}  // namespace trireme::emulated
