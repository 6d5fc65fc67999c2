#include "delegates/vulkan/executable.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/costs.h"
#include "delegates/vulkan/bindings.h"

namespace trireme::vulkan {
namespace {

constexpr VkPipelineStageFlags kCompute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
constexpr VkPipelineStageFlags kEarlier = kCompute | VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr VkPipelineStageFlags kLater = kEarlier | VK_PIPELINE_STAGE_HOST_BIT;

// A dispatch as it is recorded.
struct Launch {
  BoundKernel bound;
  std::vector<std::byte> params;
  gpu::Extent groups{};
  bool barrierBefore = false;
  double seconds = 0;  // a guess
};

class Executable final : public gpu::GpuExecutable {
 public:
  explicit Executable(const DeviceParts& parts) : parts_(parts), api_(*parts.driver.api) {}
  ~Executable() override {
    parts_.queue.keepWhileUsed(std::move(sets_), std::move(commands_), std::move(timed_), std::move(stamps_));
  }
  Status prepare(const gpu::DispatchList& list, std::span<const BufferView> buffers);
  Event run() override;
  Status runTimed(std::vector<Times>& dispatches) override;

 private:
  Status checkGroups(const gpu::Dispatch& dispatch) const;
  Status record();
  void recordLaunch(VkCommandBuffer commands, const Launch& launch) const;
  Status recordRange(VkCommandBuffer commands, size_t begin, size_t end, bool stamped) const;
  Status runStamped(std::vector<Times>& dispatches);
  Status runApart(std::vector<Times>& dispatches);
  Event send(std::span<const VkCommandBuffer> commands) {
    return parts_.queue.submit("a partition's dispatches", [&] { return Result<Submission>(Submission{commands}); });
  }

  const DeviceParts parts_;
  const Api& api_;
  BindingSets sets_;
  std::vector<Launch> launches_;
  Commands commands_;
  Commands timed_;  // made when it is first asked for
  QueryPool stamps_;
};

Status Executable::checkGroups(const gpu::Dispatch& dispatch) const {
  for (size_t d = 0; d < 3; ++d) {
    if (dispatch.groups[d] <= parts_.limits.maxGroups[d]) continue;
    return Status::error(Code::InvalidArgument,
                         fmt::format("a dispatch has {} groups in dimension {}, and the device starts at most {}",
                                     dispatch.groups[d], d, parts_.limits.maxGroups[d]));
  }
  return {};
}

Status Executable::prepare(const gpu::DispatchList& list, std::span<const BufferView> buffers) {
  if (list.dispatches.empty()) return {};
  for (const gpu::Dispatch& dispatch : list.dispatches) TRIREME_TRY(checkGroups(dispatch));
  TRIREME_TRY(sets_.prepare(parts_, list, buffers));
  const gpu::GpuRates rates = gpu::guessRates(parts_.limits);
  for (size_t i = 0; i < list.dispatches.size(); ++i) {
    const gpu::Dispatch& dispatch = list.dispatches[i];
    gpu::DispatchList one;
    one.dispatches = {dispatch};
    launches_.push_back(
        {sets_.all()[i], dispatch.params, dispatch.groups, dispatch.barrierBefore, gpu::secondsOf(one, rates)});
  }
  return record();
}

void Executable::recordLaunch(VkCommandBuffer commands, const Launch& launch) const {
  if (launch.barrierBefore) barrier(api_, commands, kCompute, kCompute);
  api_.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, launch.bound.kernel.pipeline);
  api_.vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, launch.bound.kernel.layout, 0, 1,
                               &launch.bound.set, 0, nullptr);
  if (!launch.params.empty()) {
    api_.vkCmdPushConstants(commands, launch.bound.kernel.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                            uint32_t(launch.params.size()), launch.params.data());
  }
  api_.vkCmdDispatch(commands, launch.groups[0], launch.groups[1], launch.groups[2]);
}

// Whatever came before in the queue is seen, and whatever comes behind sees what is written here.
Status Executable::recordRange(VkCommandBuffer commands, size_t begin, size_t end, bool stamped) const {
  TRIREME_TRY(beginCommands(api_, commands, false));
  const auto stamp = [&](size_t number) {
    if (stamped)
      api_.vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, stamps_.get(), uint32_t(number));
  };
  if (stamped) api_.vkCmdResetQueryPool(commands, stamps_.get(), 0, uint32_t(launches_.size() + 1));
  barrier(api_, commands, kEarlier, kCompute);
  stamp(0);
  for (size_t i = begin; i < end; ++i) {
    recordLaunch(commands, launches_[i]);
    stamp(i + 1);
  }
  barrier(api_, commands, kCompute, kLater);
  return endCommands(api_, commands);
}

// One command buffer, or several where one would take so long that a system's watchdog thinks the device hangs.
Status Executable::record() {
  std::vector<size_t> ends;
  double spent = 0;
  for (size_t i = 0; i < launches_.size(); ++i) {
    if (parts_.longest > 0 && spent > 0 && spent + launches_[i].seconds > parts_.longest) {
      ends.push_back(i);
      spent = 0;
    }
    spent += launches_[i].seconds;
  }
  ends.push_back(launches_.size());
  TRIREME_ASSIGN(commands_, makeCommands(parts_.driver, parts_.queueFamily, uint32_t(ends.size())));
  size_t begin = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    TRIREME_TRY(recordRange(commands_.buffers[i], begin, ends[i], false));
    begin = ends[i];
  }
  return {};
}

Event Executable::run() { return launches_.empty() ? parts_.queue.last() : send(commands_.buffers); }

Status Executable::runTimed(std::vector<Times>& dispatches) {
  dispatches.assign(launches_.size(), Times());
  if (launches_.empty()) return parts_.queue.last().wait(base::now() + parts_.timedPatience);
  return parts_.timestamps ? runStamped(dispatches) : runApart(dispatches);
}

// The last stamp is the end, which the host's clock knows.
Status Executable::runStamped(std::vector<Times>& dispatches) {
  const uint32_t count = uint32_t(launches_.size() + 1);
  if (timed_.buffers.empty()) {
    VkQueryPoolCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
    info.queryType = VK_QUERY_TYPE_TIMESTAMP;
    info.queryCount = count;
    TRIREME_ASSIGN(stamps_, make<QueryPool>(parts_.driver, "vkCreateQueryPool", &Api::vkCreateQueryPool, info));
    TRIREME_ASSIGN(Commands made, makeCommands(parts_.driver, parts_.queueFamily, 1));
    TRIREME_TRY(recordRange(made.buffers[0], 0, launches_.size(), true));
    timed_ = std::move(made);
  }
  const TimePoint queued = base::now();
  TRIREME_TRY(send(timed_.buffers).wait(queued + parts_.timedPatience));
  const TimePoint end = base::now();
  std::vector<uint64_t> ticks(count);
  const VkResult code =
      api_.vkGetQueryPoolResults(parts_.driver.device, stamps_.get(), 0, count, ticks.size() * sizeof(uint64_t),
                                 ticks.data(), sizeof(uint64_t), VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
  if (code != VK_SUCCESS) return parts_.queue.failed(failure("vkGetQueryPoolResults", code));
  const auto at = [&](size_t i) {
    const double before = double((ticks.back() - ticks[i]) & parts_.timestampMask) * parts_.timestampPeriod;
    return std::max(queued, end - std::chrono::nanoseconds(int64_t(before)));
  };
  for (size_t i = 0; i < dispatches.size(); ++i) dispatches[i] = {queued, at(i), std::max(at(i), at(i + 1)), true};
  return {};
}

// Of a queue without a clock: each dispatch is waited for by itself.
Status Executable::runApart(std::vector<Times>& dispatches) {
  if (timed_.buffers.empty()) {
    TRIREME_ASSIGN(Commands made, makeCommands(parts_.driver, parts_.queueFamily, uint32_t(launches_.size())));
    for (size_t i = 0; i < launches_.size(); ++i) TRIREME_TRY(recordRange(made.buffers[i], i, i + 1, false));
    timed_ = std::move(made);
  }
  for (size_t i = 0; i < dispatches.size(); ++i) {
    const TimePoint begin = base::now();
    TRIREME_TRY(send(std::span(timed_.buffers).subspan(i, 1)).wait(begin + parts_.timedPatience));
    dispatches[i] = {begin, begin, base::now(), false};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<gpu::GpuExecutable>> buildExecutable(const DeviceParts& parts, const gpu::DispatchList& list,
                                                            std::span<const BufferView> buffers) {
  auto executable = std::make_unique<Executable>(parts);
  TRIREME_TRY(executable->prepare(list, buffers));
  return std::unique_ptr<gpu::GpuExecutable>(std::move(executable));
}

}  // namespace trireme::vulkan
