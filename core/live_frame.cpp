#include "core/live_frame.h"

#include <system_error>
#include <thread>

namespace trireme::core {
namespace {

std::optional<run::SetupFailure> checkHealth(const CompiledModel::Impl& model) {
  for (const PlannedPartition& partition : model.plan.partitions) {
    Device& device = model.request.delegates[partition.delegate]->device();
    const Status health = run::guarded("asking for health", [&] { return device.health(); });
    if (!health.ok()) return run::SetupFailure{health, partition.delegate, kNoPartition};
  }
  return std::nullopt;
}

}  // namespace

std::optional<run::SetupFailure> createLiveFrame(LiveFrameParts parts, std::unique_ptr<LiveFrame>& live) {
  live = std::make_unique<LiveFrame>();
  live->compiled = std::move(parts.compiled);
  const CompiledModel::Impl& model = *live->compiled->impl();
  if (auto failure = checkHealth(model)) return failure;
  std::vector<const CompiledPartition*> compiled;
  for (uint32_t p = 0; p < model.pools.size(); ++p) {
    auto lease = model.pools[p]->lease();
    if (!lease.ok()) return run::SetupFailure{lease.status(), model.plan.partitions[p].delegate, p};
    live->leases.push_back(std::move(lease).value());
    compiled.push_back(&live->leases.back().partition());
  }
  auto failure = run::BoundFrame::create(*model.program, compiled, std::move(parts.blocks), std::move(parts.borrowed),
                                         live->bound);
  if (failure) return failure;
  live->execution = std::make_unique<run::Execution>(*live->bound, parts.rules);
  return std::nullopt;
}

void bury(std::unique_ptr<LiveFrame> live) {
  LiveFrame* grave = live.release();
  try {
    std::thread([grave] {
      std::chrono::milliseconds pause{1};
      while (!grave->execution->idle()) {
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(1000));
      }
      delete grave;
    }).detach();
  } catch (const std::system_error&) {  // no thread to watch it: kept for good
  }
}

}  // namespace trireme::core
