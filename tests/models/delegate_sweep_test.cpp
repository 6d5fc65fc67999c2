#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/models/delegated_run.h"
#include "tests/models/pinned_shares.h"
#include "tests/support/shared_files.h"
#include "tools/zoo/generate.h"

// Every shared model that runs and every model of the zoo through a delegate, by the strategy greedy: the CPU's answer
// by class, and the share of operators and multiply-accumulates that is pinned. TRIREME_TEST_DENSE lifts the limit on
// what runs; shares are looked at without it too.
namespace trireme::models {
namespace {

// A line a delegate, as --delegate names it. One whose driver this machine has not is skipped with its reason.
const char* const kDelegates[] = {"emulated:mobile-gpu", "emulated:npu-int8", "opencl",
                                  "emulated:mobile-gpu,over=opencl"};

constexpr double kUsual = 600e6;  // multiply-accumulates of what runs in the usual tests
double mostMacs() { return std::getenv("TRIREME_TEST_DENSE") == nullptr ? kUsual : 1e18; }

// Writes when the program ends, if it was asked to.
class Shares : public testing::Environment {
 public:
  static Shares& instance() {
    static auto* shares = static_cast<Shares*>(testing::AddGlobalTestEnvironment(new Shares));
    return *shares;
  }
  void TearDown() override {
    if (writes()) pinned_.write();
  }
  void check(const std::string& delegate, const std::string& model, const Share& share) {
    if (writes()) pinned_.set(delegate, model, share.text());
    const auto pinned = pinned_.of(delegate, model);
    EXPECT_TRUE(pinned.has_value()) << "nothing is pinned; it gets " << share.text();
    if (pinned) {
      EXPECT_EQ(*pinned, share.text()) << "the pinned share, and what the delegate gets now";
    }
  }

 private:
  static bool writes() { return std::getenv("TRIREME_WRITE_SHARES") != nullptr; }
  PinnedShares pinned_{std::filesystem::path(TRIREME_SOURCE_FOLDER) / "tests/models/pinned_shares.tsv"};
};
[[maybe_unused]] const Shares& kRegistered = Shares::instance();

struct Counts {
  size_t possible = 0, ran = 0;
};

void sweep(const std::string& spec, const std::shared_ptr<Delegate>& delegate, const std::string& name,
           const std::shared_ptr<const Model>& model, Counts& counts) {
  SCOPED_TRACE(name);
  const DelegatedRun run = runDelegated(model, spec, delegate, mostMacs());
  if (!run.possible) return;
  ++counts.possible;
  counts.ran += run.ran ? 1 : 0;
  EXPECT_EQ("", run.wrong);
  Shares::instance().check(spec, name, run.share);
  std::printf("%s on %s: %s%s\n", name.c_str(), spec.c_str(), run.share.text().c_str(), run.ran ? "" : ", not run");
  std::fflush(stdout);
}

class DelegateSweep : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const DelegateResult made = createDelegate(GetParam(), 2);
    if (!made.ok()) GTEST_SKIP() << made.status().message();
    delegate_ = made.value();
  }
  std::shared_ptr<Delegate> delegate_;
};

TEST_P(DelegateSweep, SharedModelsGiveTheCpusAnswerAndKeepTheirShare) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  Counts counts;
  for (const auto& path : support::modelFiles(*folder)) {
    const auto model = Model::fromFile(path);
    ASSERT_TRUE(model.ok()) << path << ": " << model.status().message();
    sweep(GetParam(), delegate_, std::filesystem::relative(path, *folder).string(), model.value(), counts);
  }
  EXPECT_GE(counts.possible, 25u);
  EXPECT_GE(counts.ran, 20u);
}

void sweepZoo(const char* spec, const std::shared_ptr<Delegate>& delegate, zoo::Form form) {
  Counts counts;
  for (const zoo::Network& network : zoo::networks()) {
    if (form != zoo::Form::Float32 && double(network.macs) > mostMacs()) continue;
    const auto bytes = zoo::generate(network, form, zoo::kDefaultSeed);
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    const auto model = Model::fromBuffer(bytes.value());
    ASSERT_TRUE(model.ok()) << model.status().message();
    const std::string name = "zoo/" + std::string(network.name) + "_" + std::string(zoo::formNames()[size_t(form)]);
    sweep(spec, delegate, name, model.value(), counts);
  }
  EXPECT_GE(counts.ran, 5u);
}

TEST_P(DelegateSweep, FloatModelsOfTheZooGiveTheCpusAnswerAndKeepTheirShare) {
  sweepZoo(GetParam(), delegate_, zoo::Form::Float32);
}
TEST_P(DelegateSweep, Int8ModelsOfTheZooGiveTheCpusAnswerAndKeepTheirShare) {
  sweepZoo(GetParam(), delegate_, zoo::Form::Int8);
}

std::string delegateName(const testing::TestParamInfo<const char*>& spec) {
  std::string name = spec.param;
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(On, DelegateSweep, testing::ValuesIn(kDelegates), delegateName);

}  // namespace
}  // namespace trireme::models
