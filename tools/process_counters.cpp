#include "tools/process_counters.h"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

namespace trireme::tools {
namespace {

constexpr size_t kStealColumn = 8;  // of /proc/stat's first line: after user, nice, system, idle, iowait, irq, softirq
constexpr double kSwitchesFree = 1, kSwitchesPerSecond = 100;
constexpr double kStolenShare = 0.02, kStolenGrain = 0.015;

std::string textOf(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

double secondsOf(const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) * 1e-6; }

}  // namespace

ProcessCounters processCounters() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return {};
  return {secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime), uint64_t(usage.ru_nivcsw)};
}

std::optional<double> stolenTicksIn(std::string_view stat) {
  std::istringstream words{std::string(stat.substr(0, stat.find('\n')))};
  std::string word;
  if (!(words >> word) || word != "cpu") return std::nullopt;
  for (size_t column = 1; words >> word; ++column) {
    uint64_t ticks = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), ticks);
    if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
    if (column == kStealColumn) return double(ticks);
  }
  return std::nullopt;
}

std::optional<size_t> peakKilobytesIn(std::string_view status) {
  constexpr std::string_view kKey = "VmHWM:";
  std::istringstream lines{std::string(status)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kKey)) continue;
    std::istringstream words(line.substr(kKey.size()));
    size_t kilobytes = 0;
    std::string unit;
    if (words >> kilobytes >> unit && unit == "kB") return kilobytes;
  }
  return std::nullopt;
}

std::optional<double> stolenSeconds() {
  const auto ticks = stolenTicksIn(textOf("/proc/stat"));
  const long perSecond = sysconf(_SC_CLK_TCK);
  if (!ticks || perSecond <= 0) return std::nullopt;
  return *ticks / double(perSecond);
}

std::optional<size_t> peakMemoryBytes() {
  const auto kilobytes = peakKilobytesIn(textOf("/proc/self/status"));
  return kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
}

bool wasSwitchedOften(uint64_t switches, double seconds) {
  return double(switches) > kSwitchesFree + kSwitchesPerSecond * seconds;
}

bool wasStolenFrom(double stolen, double seconds, int cores) {
  return stolen > kStolenGrain && stolen > kStolenShare * seconds * double(cores);
}

}  // namespace trireme::tools
