#include "core/tune/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/processor.h"

namespace trireme::tune {
namespace {

long kibibytes(int name) { return std::max(sysconf(name), 0L) / 1024; }

}  // namespace

std::string machineClass() {
  const std::string name = base::cpuinfo("model name");
  return fmt::format("{}; {}; L2 {} KiB, L3 {} KiB; {} cores", name.empty() ? base::cpuinfo("CPU part") : name,
                     fmt::join(base::instructionSets(), " "), kibibytes(_SC_LEVEL2_CACHE_SIZE),
                     kibibytes(_SC_LEVEL3_CACHE_SIZE), base::usableCores());
}

}  // namespace trireme::tune
