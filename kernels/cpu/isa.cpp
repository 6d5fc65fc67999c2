#include "kernels/cpu/isa.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace trireme::cpu {
namespace {

#if defined(__x86_64__)
constexpr std::array kTiers = {CpuIsa::Scalar, CpuIsa::Avx2, CpuIsa::Avx512, CpuIsa::Vnni, CpuIsa::Amx};

bool systemKeepsTiles() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & bit_OSXSAVE) == 0) return false;
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned kTileState = (1U << 17) | (1U << 18);
  return (low & kTileState) == kTileState;
}

bool hasAmx() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned kTileAndInt8 = (1U << 24) | (1U << 25);
  return (edx & kTileAndInt8) == kTileAndInt8 && systemKeepsTiles();
}
#elif defined(__aarch64__)
constexpr std::array kTiers = {CpuIsa::Scalar, CpuIsa::Neon, CpuIsa::Dotprod, CpuIsa::I8mm};
#else
constexpr std::array kTiers = {CpuIsa::Scalar};
#endif

int tierOf(CpuIsa isa) noexcept {
  for (size_t i = 0; i < kTiers.size(); ++i) {
    if (kTiers[i] == isa) return int(i);
  }
  return -1;  // of another family
}

}  // namespace

CpuIsa detectIsa() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CpuIsa::Scalar;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (!avx512) return CpuIsa::Avx2;
  if (!__builtin_cpu_supports("avx512vnni")) return CpuIsa::Avx512;
  return hasAmx() ? CpuIsa::Amx : CpuIsa::Vnni;
#elif defined(__aarch64__)
  return CpuIsa::Neon;
#else
  return CpuIsa::Scalar;
#endif
}

bool covers(CpuIsa machine, CpuIsa needed) noexcept {
  const int tier = tierOf(needed);
  return tier >= 0 && tier <= tierOf(machine);
}

std::string_view isaName(CpuIsa isa) noexcept {
  constexpr std::array<std::string_view, 9> kNames = {"auto", "scalar", "avx2",    "avx512", "vnni",
                                                      "amx",  "neon",   "dotprod", "i8mm"};
  return size_t(isa) < kNames.size() ? kNames[size_t(isa)] : "unknown";
}

std::string processorName() {
#if defined(__x86_64__)
  std::array<unsigned, 12> words{};
  const auto highest = unsigned(__get_cpuid_max(0x80000000U, nullptr));
  if (highest >= 0x80000004U) {
    for (unsigned i = 0; i < 3; ++i) {
      __get_cpuid(0x80000002U + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2], &words[4 * i + 3]);
    }
  }
  char text[sizeof(words) + 1] = {};
  std::memcpy(text, words.data(), sizeof(words));
  const std::string_view raw(text);
  const size_t first = raw.find_first_not_of(' ');
  if (first != std::string_view::npos) return std::string(raw.substr(first, raw.find_last_not_of(' ') - first + 1));
  return "x86-64";
#elif defined(__aarch64__)
  return "ARM64";
#else
  return "CPU";
#endif
}

}  // namespace trireme::cpu
