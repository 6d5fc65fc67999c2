#include "delegates/gpu/runs.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kItemsPerUnit = 4;  // so that cores that were late can be helped
constexpr int64_t kShortest = 32, kLongest = 4096;
constexpr uint32_t kGroup = 64;

}  // namespace

Runs runsOf(const GpuLimits& limits, int64_t count) {
  if (!limits.cores) return {1, {uint32_t(count), 1, 1}, {std::min(kGroup, limits.maxGroupSize), 1, 1}};
  const int64_t items = kItemsPerUnit * std::max<int64_t>(limits.computeUnits, 1);
  const int64_t run = std::clamp((count + items - 1) / items, kShortest, kLongest);
  return {int32_t(run), {uint32_t((count + run - 1) / run), 1, 1}, {1, 1, 1}};
}

std::string typeVariant(Storage storage) { return "T=" + std::string(storageName(storage)); }

}  // namespace trireme::gpu
