#include "bench/gpu/fma_peak.h"

#include <chrono>
#include <thread>
#include <vector>

#include "kernels/cpu/isa.h"

namespace trireme::bench {
namespace {

constexpr long kSteps = 300000;
constexpr double kChains = 12;  // independent sums, more than an addition takes cycles

#if defined(__x86_64__)
__attribute__((target("avx512f"))) void wideLoop() {
  for (long i = 0; i < kSteps; ++i) {
    asm volatile(
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm0\n vfmadd231ps %%zmm15, %%zmm15, %%zmm1\n"
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm2\n vfmadd231ps %%zmm15, %%zmm15, %%zmm3\n"
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm4\n vfmadd231ps %%zmm15, %%zmm15, %%zmm5\n"
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm6\n vfmadd231ps %%zmm15, %%zmm15, %%zmm7\n"
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm8\n vfmadd231ps %%zmm15, %%zmm15, %%zmm9\n"
        "vfmadd231ps %%zmm15, %%zmm15, %%zmm10\n vfmadd231ps %%zmm15, %%zmm15, %%zmm11\n" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
  }
}
__attribute__((target("avx2,fma"))) void narrowLoop() {
  for (long i = 0; i < kSteps; ++i) {
    asm volatile(
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm0\n vfmadd231ps %%ymm15, %%ymm15, %%ymm1\n"
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm2\n vfmadd231ps %%ymm15, %%ymm15, %%ymm3\n"
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm4\n vfmadd231ps %%ymm15, %%ymm15, %%ymm5\n"
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm6\n vfmadd231ps %%ymm15, %%ymm15, %%ymm7\n"
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm8\n vfmadd231ps %%ymm15, %%ymm15, %%ymm9\n"
        "vfmadd231ps %%ymm15, %%ymm15, %%ymm10\n vfmadd231ps %%ymm15, %%ymm15, %%ymm11\n" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
  }
}
#endif

}  // namespace

double measureFmaPeak() {
#if defined(__x86_64__)
  const bool wide = cpu::covers(cpu::detectIsa(), CpuIsa::Avx512);
  if (!wide && !cpu::covers(cpu::detectIsa(), CpuIsa::Avx2)) return 0;
  void (*const loop)() = wide ? wideLoop : narrowLoop;
  const unsigned cores = std::thread::hardware_concurrency();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < cores; ++i) others.emplace_back(loop);
  loop();
  others.clear();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return double(cores) * double(kSteps) * kChains * (wide ? 32 : 16) / seconds;
#else
  return 0;
#endif
}

}  // namespace trireme::bench
