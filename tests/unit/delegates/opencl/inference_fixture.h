#pragma once

#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/run_model.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

namespace trireme::opencl {

// A small model over the CPU and a driver that does what a test wants of it; the CPU's answer is the right one.
class WithModel : public WithDriver {
 protected:
  void SetUp() override;
  // `measures`: prices too come from the device, so that calls may fail while they are measured.
  DelegateResult delegate(const Api& api, bool measures = false,
                          std::optional<std::chrono::nanoseconds> patience = {}) const;
  static Options over(std::shared_ptr<Delegate> delegate, bool strict = false);
  // Of the delegates that delegate() makes.
  gpu::CacheFile cacheFile() const { return {folder_.path(), identityOf(record())}; }
  // The next delegate measures, with programs from the cache all the same.
  void forgetRates() const;
  // Empty when two inferences of a new interpreter give the CPU's answer; else what went wrong. A failure under
  // `strict` is none.
  std::string infer(const std::shared_ptr<Delegate>& delegate, bool strict = false) const;
  std::string inferWith(const Options& options, bool strict = false) const;
  // Of one inference; empty when it gives the CPU's answer.
  std::string inferOnce(Interpreter& interpreter) const;
  // How many nodes a new interpreter gives to the device.
  size_t nodesOn(const std::shared_ptr<Delegate>& delegate) const;
  // Calls of: opening, and two interpreters' life, once the programs are cached; the rates are not.
  template <class Count>
  uint64_t countCalls(const Api& api, bool measures, Count&& count) const;
  // Calls of each function, with prices measured.
  std::array<uint64_t, script::kFunctions> countMeasuringCalls() const;
  // Lets the nth call of that function fail with the code while prices are measured: one interpreter after another
  // gives the CPU's answer, and nothing is left behind.
  void expectAnswersAfter(script::Function function, uint64_t nth, cl_int code, int interpreters) const;
  const std::shared_ptr<const Model>& model() const { return model_; }
  const support::Tensors& inputs() const { return inputs_; }

 private:
  TemporaryFolder folder_;
  std::shared_ptr<const Model> model_;
  support::Tensors inputs_;
  support::Answer right_;
};

template <class Count>
uint64_t WithModel::countCalls(const Api& api, bool measures, Count&& count) const {
  uint64_t calls = 0;
  for (int i = 0; i < 2; ++i) {  // the first one fills the cache
    if (measures) forgetRates();
    script::Script script(api);
    {
      auto made = delegate(script.api(), measures);
      EXPECT_TRUE(made.ok()) << made.status().message();
      if (!made.ok()) return 0;
      EXPECT_EQ(infer(made.value()), "");
    }
    calls = count(script);
  }
  return calls;
}

}  // namespace trireme::opencl
