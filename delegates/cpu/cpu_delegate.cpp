#include <fmt/format.h>

#include <algorithm>

#include "core/base/processor.h"
#include "delegates/cpu/cpu_partition.h"
#include "delegates/cpu/lowering.h"
#include "delegates/cpu/thread_pool.h"
#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

constexpr int kMostThreads = 1024;

// Of one core: half of what its vectors can do at a low clock, as models reach on average. Not measured, so that
// creating a delegate is instant and plans are the same every day.
double flopsACore(CpuIsa isa) {
  constexpr double kClock = 2.5e9;
  switch (isa) {
    case CpuIsa::Avx2:
      return kClock * 16;
    case CpuIsa::Avx512:
    case CpuIsa::Vnni:
    case CpuIsa::Amx:
      return kClock * 32;
    default:
      return kClock * 2;
  }
}

DelegateInfo describe(CpuIsa isa, int threads) {
  DelegateInfo info;
  info.name = "cpu";
  info.device = fmt::format("{}, {} thread{}", processorName(), threads, threads == 1 ? "" : "s");
  info.driver = isaName(isa);
  info.rates.flopsPerSecond = flopsACore(isa) * threads;
  info.rates.bytesPerSecond = 8e9 * std::min(threads, 4);
  info.rates.startSeconds = threads == 1 ? 0.2e-6 : 2e-6;
  info.rates.copyBytesPerSecond = 8e9;  // from host memory to host memory
  info.rates.copyStartSeconds = 0.2e-6;
  return info;
}

class CpuDelegate final : public Delegate {
 public:
  CpuDelegate(CpuIsa isa, int threads) : isa_(isa), pool_(threads), info_(describe(isa, pool_.threads())) {}
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph& graph, NodeId node) const override {
    return reference::supports(graph, graph.node(node));
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition, const CompileOptions&) override {
    return compilePartition(partition, isa_, pool_);
  }

 private:
  CpuIsa isa_;
  ThreadPool pool_;
  DelegateInfo info_;
};

Result<CpuIsa> chooseIsa(CpuIsa asked) {
  const CpuIsa machine = detectIsa();
  if (asked == CpuIsa::Auto) return machine;
  if (covers(machine, asked)) return asked;
  return Status::error(Code::Unsupported,
                       fmt::format("this machine's CPU ({}) has no {}; its highest instruction set is {}",
                                   processorName(), isaName(asked), isaName(machine)));
}

}  // namespace

}  // namespace trireme::cpu

namespace trireme {

DelegateResult createCpuDelegate(const CpuOptions& options) {
  if (options.threads < 0 || options.threads > cpu::kMostThreads) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("threads is {}; 0 to {} are possible", options.threads, cpu::kMostThreads));
  }
  TRIREME_ASSIGN(const CpuIsa isa, cpu::chooseIsa(options.isa));
  const int threads = options.threads != 0 ? options.threads : std::min(base::usableCores(), cpu::kMostThreads);
  std::shared_ptr<Delegate> delegate = std::make_shared<cpu::CpuDelegate>(isa, threads);
  return delegate;
}

}  // namespace trireme
