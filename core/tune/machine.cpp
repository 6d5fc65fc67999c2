#include "core/tune/machine.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <thread>

namespace trireme::tune {
namespace {

// Linux's names of what kernels choose by.
constexpr std::array<std::string_view, 12> kSets = {"avx2",        "fma",         "avx_vnni", "avx512f",
                                                    "avx512_vnni", "avx512_bf16", "amx_tile", "amx_int8",
                                                    "amx_bf16",    "asimd",       "asimddp",  "i8mm"};

// The rest of the first line of /proc/cpuinfo that begins with one of these words.
std::string cpuinfo(std::string_view first, std::string_view second) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(first) && !line.starts_with(second)) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string instructionSets() {
  std::string sets;
  std::istringstream words(cpuinfo("flags", "Features"));
  for (std::string word; words >> word;) {
    if (std::ranges::find(kSets, word) != kSets.end()) sets += (sets.empty() ? "" : " ") + word;
  }
  return sets.empty() ? "no vectors" : sets;
}

long kibibytes([[maybe_unused]] int name) { return std::max(sysconf(name), 0L) / 1024; }

int cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(CPU_COUNT(&set), 1);
  return std::max(int(std::thread::hardware_concurrency()), 1);
}

}  // namespace

std::string machineClass() {
  return fmt::format("{}; {}; L2 {} KiB, L3 {} KiB; {} cores", cpuinfo("model name", "CPU part"), instructionSets(),
                     kibibytes(_SC_LEVEL2_CACHE_SIZE), kibibytes(_SC_LEVEL3_CACHE_SIZE), cores());
}

}  // namespace trireme::tune
