#include "core/base/processor.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace trireme::base {
namespace {

constexpr std::string_view kSets[] = {"sse4_2",   "avx",      "f16c",     "fma",         "avx2",        "avx_vnni",
                                      "avx512f",  "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16",
                                      "amx_tile", "amx_int8", "amx_bf16", "asimd",       "asimddp",     "i8mm"};

}  // namespace

std::string cpuinfo(std::string_view key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || !line.starts_with(key)) continue;
    return colon + 2 <= line.size() ? line.substr(colon + 2) : std::string();
  }
  return {};
}

std::vector<std::string> instructionSets() {
  std::vector<std::string> sets;
  const std::string flags = cpuinfo("flags");
  std::istringstream words(flags.empty() ? cpuinfo("Features") : flags);  // x86 and ARM
  for (std::string word; words >> word;) {
    if (std::ranges::find(kSets, word) != std::end(kSets)) sets.push_back(word);
  }
  return sets;
}

int usableCores() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(CPU_COUNT(&set), 1);
  return std::max(int(std::thread::hardware_concurrency()), 1);  // more cores than a cpu_set_t can name
}

}  // namespace trireme::base
