#include "delegates/gpu/gpu_delegate.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_set>

#include "delegates/gpu/costs.h"
#include "delegates/gpu/gpu_partition.h"

namespace trireme::gpu {
namespace {

// What a run of nodes reads from outside and leaves for others.
struct Border {
  std::vector<ValueId> inputs, outputs;
};
Border borderOf(const Graph& graph, std::span<const NodeId> nodes) {
  const std::unordered_set<NodeId> inside(nodes.begin(), nodes.end());
  const auto isInside = [&](NodeId id) { return inside.contains(id); };
  std::unordered_set<ValueId> known, wanted(graph.outputs().begin(), graph.outputs().end());
  for (const StateSlot& slot : graph.state()) wanted.insert(slot.written);
  Border border;
  for (const NodeId id : nodes) {
    for (const ValueId input : graph.node(id).inputs) {
      if (input == kNoValue || graph.value(input).isConstant || !known.insert(input).second) continue;
      const auto producer = graph.producer(input);
      if (!producer || !isInside(*producer)) border.inputs.push_back(input);
    }
    for (const ValueId output : graph.node(id).outputs) {
      const auto readers = graph.consumers(output);
      if (wanted.contains(output) || !std::all_of(readers.begin(), readers.end(), isInside)) {
        border.outputs.push_back(output);
      }
    }
  }
  return border;
}

// Whether a dispatch of the node could have more groups in a dimension than the device starts; its lowering tells.
bool mayNeedManyGroups(const Graph& graph, NodeId id, const GpuLimits& limits) {
  const int64_t fewest = *std::ranges::min_element(limits.maxGroups);
  const auto isLarge = [&](ValueId value) {
    return value != kNoValue && graph.value(value).type.shape.elements() > fewest;
  };
  const Node& node = graph.node(id);
  return std::ranges::any_of(node.inputs, isLarge) || std::ranges::any_of(node.outputs, isLarge);
}

constexpr size_t kMostDevices = 8;  // one that is lost more often has no future
constexpr std::chrono::seconds kMeasuringPatience{10};

// A device, and what is known of it alone.
struct Opened {
  explicit Opened(std::unique_ptr<GpuDevice> one) : device(std::move(one)) {}
  const std::unique_ptr<GpuDevice> device;
  WarmKernels warm;
  std::once_flag asked;
  GpuRates rates;
  DelegateInfo info;               // with these rates
  std::atomic<bool> known{false};  // that info is there
};

class GpuDelegate final : public Delegate {
 public:
  GpuDelegate(std::unique_ptr<GpuDevice> device, const GpuDelegateOptions& options) : options_(options) {
    info_.name = options.name;
    info_.device = device->name();
    info_.driver = options.driver;
    info_.asynchronous = true;
    info_.precision = options.precision.value_or(Precision::Exact);
    const GpuRates guess = guessRates(device->limits());
    info_.rates = {guess.matrixFlops, guess.bytesPerSecond, guess.submitSeconds, guess.copyBytesPerSecond,
                   guess.copyStartSeconds};
    opened_.push_back(std::make_unique<Opened>(std::move(device)));
  }
  // Of a device whose rates are not known yet: with a guess. What was given out stays as it is.
  const DelegateInfo& info() const override {
    const Opened& opened = current();
    return opened.known ? opened.info : info_;
  }
  Device& device() override { return *current().device; }
  // The plan that follows reads the start of a partition from info().
  void renew() override {
    reopen();
    static_cast<void>(ratesOf(current()));
  }
  Support supports(const Graph& graph, NodeId node) const override {
    const GpuLimits& limits = current().device->limits();
    Support support = supportsNode(graph, graph.node(node), limits);
    if (!support.ok() || !mayNeedManyGroups(graph, node, limits)) return support;
    const Border border = borderOf(graph, std::span(&node, 1));
    const auto lowered = lowerPartition({graph, std::span(&node, 1), border.inputs, border.outputs}, limits,
                                        options_.precision.value_or(Precision::Exact), LowerFor::Pricing);
    return lowered.ok() ? support : Support::no(ReasonCode::Limit, std::string(lowered.status().message()));
  }
  std::optional<Cost> estimate(const Graph& graph, std::span<const NodeId> nodes) const override {
    Opened& opened = current();
    const Border border = borderOf(graph, nodes);
    const auto lowered = lowerPartition({graph, nodes, border.inputs, border.outputs}, opened.device->limits(),
                                        options_.precision.value_or(Precision::Exact), LowerFor::Pricing);
    if (!lowered.ok()) return std::nullopt;
    return Cost{secondsOf(lowered.value().list, ratesOf(opened))};
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    Opened& opened = current();
    return compilePartition(partition, *opened.device, options_.precision.value_or(options.precision), opened.warm,
                            options_.patience);
  }

 private:
  void reopen() {
    const std::lock_guard lock(mutex_);
    if (!options_.reopen || tries_ >= kMostDevices) return;
    if (opened_.back()->device->health().code() != Code::DeviceLost) return;
    ++tries_;
    auto next = options_.reopen();
    if (next.ok()) opened_.push_back(std::make_unique<Opened>(std::move(next).value()));
  }
  Opened& current() const {
    const std::lock_guard lock(mutex_);
    return *opened_.back();
  }
  const GpuRates& ratesOf(Opened& opened) const {
    std::call_once(opened.asked, [&] {
      opened.rates = findRates(*opened.device);
      opened.info = info_;
      opened.info.rates.startSeconds = opened.rates.submitSeconds;
      opened.known = true;
    });
    return opened.rates;
  }
  // Kept ones, or measured ones, which are kept from then on; a guess where measuring fails: the compile or the first
  // run will tell why.
  GpuRates findRates(GpuDevice& device) const {
    if (!options_.measures) return guessRates(device.limits());
    if (const std::optional<GpuRates> kept = device.keptRates()) return *kept;
    const Result<GpuRates> found =
        measureRates(device, std::min<std::chrono::nanoseconds>(options_.patience, kMeasuringPatience));
    if (!found.ok() || !plausible(found.value())) return guessRates(device.limits());
    device.keepRates(found.value());
    return found.value();
  }

  const GpuDelegateOptions options_;
  DelegateInfo info_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Opened>> opened_;  // the last one is in use; what was made for the others still is theirs
  size_t tries_ = 1;
};

}  // namespace

std::shared_ptr<Delegate> makeGpuDelegate(std::unique_ptr<GpuDevice> device, const GpuDelegateOptions& options) {
  return std::make_shared<GpuDelegate>(std::move(device), options);
}

}  // namespace trireme::gpu
