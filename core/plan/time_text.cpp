#include "core/plan/time_text.h"

#include <fmt/format.h>

namespace trireme::plan {

std::string timeText(double seconds) {
  if (seconds >= 1) return fmt::format("{:.2f} s", seconds);
  return seconds >= 1e-3 ? fmt::format("{:.2f} ms", seconds * 1e3) : fmt::format("{:.1f} us", seconds * 1e6);
}

std::string_view sourceName(Cost::Source source) {
  switch (source) {
    case Cost::Source::Measured:
      return "measured";
    case Cost::Source::Published:
      return "published";
    default:
      return "estimated";
  }
}

}  // namespace trireme::plan
