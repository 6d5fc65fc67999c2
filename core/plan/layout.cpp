#include "core/plan/layout.h"

#include <fmt/format.h>

namespace trireme::plan {

std::string wrapped(const std::string& lead, std::string_view text) {
  std::string result = lead;
  const size_t room = lead.size() + 10 < kColumns ? kColumns - lead.size() : 10;
  bool first = true;
  while (!text.empty() || first) {
    size_t take = text.size();
    if (take > room) {
      const size_t space = text.substr(0, room + 1).rfind(' ');
      take = space == std::string_view::npos || space == 0 ? room : space;
    }
    if (!first) result += std::string(lead.size(), ' ');
    result += text.substr(0, take);
    while (result.back() == ' ') result.pop_back();
    result += '\n';
    text.remove_prefix(take);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    first = false;
  }
  return result;
}

std::string shortened(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  const size_t head = (most - 1) / 2, tail = most - 1 - head;
  return fmt::format("{}~{}", text.substr(0, head), text.substr(text.size() - tail));
}

std::string bytesText(size_t bytes) {
  if (bytes >= 10 * 1024 * 1024) return fmt::format("{:.1f} MiB", double(bytes) / (1024 * 1024));
  return bytes >= 10 * 1024 ? fmt::format("{:.1f} KiB", double(bytes) / 1024) : fmt::format("{} bytes", bytes);
}

std::string macsText(int64_t macs) { return fmt::format("{:.1f}", double(macs) / 1e6); }

std::string shareText(double part, double whole) {
  return whole > 0 ? fmt::format("{:.0f} %", 100 * part / whole) : std::string("-");
}

std::string countText(size_t count, std::string_view noun) {
  const std::string_view plural = count == 1 ? "" : noun.ends_with("y") ? "ies" : "s";
  return fmt::format("{} {}{}", count, noun.substr(0, noun.size() - (plural == "ies" ? 1 : 0)), plural);
}

std::string rangesText(std::span<const uint32_t> ascending) {
  std::string text;
  for (size_t i = 0; i < ascending.size();) {
    size_t last = i;
    while (last + 1 < ascending.size() && ascending[last + 1] == ascending[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", ascending[i]);
    if (last > i) text += fmt::format("-{}", ascending[last]);
    i = last + 1;
  }
  return text;
}

std::string joinedText(std::string one, std::string_view another) {
  if (!one.empty() && !another.empty()) one += "; ";
  return one += another;
}

}  // namespace trireme::plan
