#include "tools/tuning_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/plan/time_text.h"

namespace trireme::tools {

std::optional<double> errorPercent(double predictedSeconds, double measuredSeconds) {
  if (measuredSeconds <= 0) return std::nullopt;
  return 100 * (predictedSeconds - measuredSeconds) / measuredSeconds;
}

std::string tuningText(const CompiledModel& compiled) {
  std::string text;
  for (size_t i = 0; i < compiled.tuning().size(); ++i) {
    const TunedPlan& one = compiled.tuning()[i];
    text += fmt::format(
        "tuning: plan {} of {} partition{}: predicted {}, measured {} ({:+.1f} %){}\n", i + 1, one.partitions,
        one.partitions == 1 ? "" : "s", plan::timeText(one.predictedSeconds), plan::timeText(one.measuredSeconds),
        errorPercent(one.predictedSeconds, one.measuredSeconds).value_or(0), one.chosen ? ", chosen" : "");
  }
  return text;
}

Json tuningJson(const CompiledModel& compiled) {
  if (compiled.tuning().empty()) return nullptr;
  Json plans = Json::array();
  for (const TunedPlan& one : compiled.tuning()) {
    const auto error = errorPercent(one.predictedSeconds, one.measuredSeconds);
    plans.push_back({{"partitions", one.partitions},
                     {"predicted_us", one.predictedSeconds * 1e6},
                     {"measured_us", one.measuredSeconds * 1e6},
                     {"error_percent", error ? Json(*error) : Json(nullptr)},
                     {"chosen", one.chosen}});
  }
  return plans;
}

}  // namespace trireme::tools
