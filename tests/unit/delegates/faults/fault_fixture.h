#pragma once

#include <gtest/gtest.h>

#include "delegates/gpu/cache_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/delegates/faults/small_inference.h"

namespace trireme::faults {

// A small model over the CPU and the driver of an API. World: a class with
//   Script, Function       what stands before the driver's functions
//   open()                 why there is no driver; empty: there is one
//   identity()             who the driver is, of what it kept
//   driver(), discrete()   what a Script stands before; the latter passes for a GPU with memory of its own
//   make(script, options, measures, patience), or over a driver as it is
//   kName, kOpen, kSubmit, kNextSubmit, kLost, kNotOpened, kLeastSubmissions
template <class World>
class WithFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = world_.open(); !why.empty()) GTEST_SKIP() << why;
    const Status status = small_.prepare();
    ASSERT_TRUE(status.ok()) << status.message();
  }
  // `measures`: prices too come from the device, so that calls may fail while they are measured.
  DelegateResult delegate(const typename World::Script& script, bool measures = false,
                          std::optional<std::chrono::nanoseconds> patience = {}) const {
    GpuOptions options;
    options.cacheDirectory = folder_.path();
    return World::make(script, options, measures, patience);
  }
  std::shared_ptr<Delegate> delegateOrNone(const typename World::Script& script, bool measures = false) const {
    auto made = delegate(script, measures);
    EXPECT_TRUE(made.ok() || !made.status().message().empty());
    return made.ok() ? std::move(made).value() : nullptr;
  }
  // So that the next delegate measures them again.
  void forgetRates() const {
    const gpu::CacheFile file(folder_.path(), world_.identity());
    auto sections = file.read();
    if (!sections.ok()) return;
    std::erase_if(sections.value(), [](const auto& one) { return one.kind == gpu::CacheSection::Kind::Rates; });
    std::error_code error;
    std::filesystem::remove(file.path(), error);
    EXPECT_TRUE(file.add(sections.value()).ok());
  }
  // Calls of: opening, and an interpreter's life, once the programs are cached.
  template <class Driver, class Count>
  uint64_t countCalls(Driver&& driver, bool measures, Count&& count) const {
    uint64_t calls = 0;
    for (int i = 0; i < 2; ++i) {  // the first one fills the cache
      if (measures) forgetRates();
      typename World::Script script(driver);
      {
        auto made = delegate(script, measures);
        EXPECT_TRUE(made.ok()) << made.status().message();
        if (!made.ok()) return 0;
        EXPECT_EQ(small_.infer(made.value()), "");
      }
      EXPECT_EQ(script.unbalanced(), "");
      calls = count(script);
    }
    return calls;
  }
  std::vector<uint64_t> callsByFunction(bool measures) const {
    std::vector<uint64_t> calls(World::kFunctions);
    const uint64_t all = countCalls(world_.driver(), measures, [&](const typename World::Script& script) {
      for (size_t f = 0; f < calls.size(); ++f) calls[f] = script.calls(typename World::Function(f));
      return script.calls();
    });
    EXPECT_GT(all, 500u);
    return calls;
  }

  World world_;
  SmallInference small_;

 private:
  support::TemporaryFolder folder_;
};

}  // namespace trireme::faults
