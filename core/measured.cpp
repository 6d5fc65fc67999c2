#include "core/measured.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/tune/cost_cache.h"

namespace trireme::core {
namespace {

void warnUnusable(const base::Log& log, const std::filesystem::path& file, const tune::CostKey& found,
                  const tune::CostKey& wanted) {
  if (found.machine != wanted.machine) {
    log.warn(fmt::format("the costs in '{}' are of another machine ({}); plans are made from estimates", file.string(),
                         found.machine));
  } else if (found.version != wanted.version) {
    log.warn(fmt::format("the costs in '{}' are of version {}, this is {}; plans are made from estimates",
                         file.string(), found.version, wanted.version));
  }
}

}  // namespace

plan::MeasuredList readMeasured(const Settings& settings, std::span<const std::shared_ptr<Delegate>> delegates) {
  if (settings.cacheDirectory.empty()) return {};
  const base::Log log(settings.log);
  const std::filesystem::path file = settings.cacheDirectory / tune::kCostFile;
  const auto cache = tune::CostCache::read(file);
  if (!cache.ok()) {
    log.warn(fmt::format("{}; plans are made from estimates", cache.status().message()));
    return {};
  }
  if (cache.value().empty()) return {};
  plan::MeasuredList measured;
  for (const auto& delegate : delegates)
    measured.push_back(cache.value().find(tune::keyOf(delegate->info(), settings.precision)));
  const bool any = std::ranges::any_of(measured, [](const auto& one) { return one != nullptr; });
  if (!any)
    warnUnusable(log, file, *cache.value().firstKey(), tune::keyOf(delegates.back()->info(), settings.precision));
  return measured;
}

}  // namespace trireme::core
