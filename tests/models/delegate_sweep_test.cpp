#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "tests/models/delegated_run.h"
#include "tests/models/pinned_shares.h"
#include "tests/support/shared_files.h"
#include "tools/zoo/generate.h"

// Every shared model that runs and every model of the zoo through a delegate, by the strategy greedy: the CPU's answer
// by class, and the share of operators and multiply-accumulates that is pinned. TRIREME_TEST_DENSE lifts the limit on
// what runs; shares are looked at without it too.
namespace trireme::models {
namespace {

// Delegates as --delegate names them, a blank between, in order of preference; and how many multiply-accumulates a
// model has at most that runs in the usual tests. Where a driver is not there they are skipped with its reason.
struct Line {
  const char* spec;
  double usual;
  double mostMacs() const { return std::getenv("TRIREME_TEST_DENSE") == nullptr ? usual : 1e18; }
};
constexpr Line kLines[] = {{"emulated:mobile-gpu", 600e6},
                           {"emulated:npu-int8", 600e6},
                           {"opencl", 600e6},
                           {"emulated:mobile-gpu,over=opencl", 600e6},
                           {"vulkan", 320e6},
                           {"vulkan opencl", 60e6}};
void PrintTo(const Line& line, std::ostream* stream) { *stream << line.spec; }

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

using Delegates = std::vector<std::shared_ptr<Delegate>>;

void sweep(const Line& line, const Delegates& delegates, const std::string& name,
           const std::shared_ptr<const Model>& model, Counts& counts) {
  SCOPED_TRACE(name);
  const std::string spec = line.spec;
  const DelegatedRun run = runDelegated(model, spec, delegates, line.mostMacs());
  if (!run.possible) return;
  ++counts.possible;
  counts.ran += run.ran ? 1 : 0;
  EXPECT_EQ("", run.wrong);
  // What is pinned is what a device with all features gets: this machine's driver may be another.
  if (!run.lacksFeature) Shares::instance().check(spec, name, run.share);
  std::printf("%s on %s: %s%s\n", name.c_str(), spec.c_str(), run.share.text().c_str(), run.ran ? "" : ", not run");
  std::fflush(stdout);
}

class DelegateSweep : public testing::TestWithParam<Line> {
 protected:
  void SetUp() override {
    std::istringstream words(GetParam().spec);
    for (std::string word; words >> word;) {
      const DelegateResult made = createDelegate(word, 2);
      if (!made.ok()) GTEST_SKIP() << made.status().message();
      delegates_.push_back(made.value());
    }
  }
  Delegates delegates_;
};

TEST_P(DelegateSweep, SharedModelsGiveTheCpusAnswerAndKeepTheirShare) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  Counts counts;
  for (const auto& path : support::modelFiles(*folder)) {
    const auto model = Model::fromFile(path);
    ASSERT_TRUE(model.ok()) << path << ": " << model.status().message();
    sweep(GetParam(), delegates_, std::filesystem::relative(path, *folder).string(), model.value(), counts);
  }
  EXPECT_GE(counts.possible, 25u);
  EXPECT_GE(counts.ran, GetParam().usual < 300e6 ? 10u : 20u);
}

void sweepZoo(const Line& line, const Delegates& delegates, zoo::Form form) {
  Counts counts;
  for (const zoo::Network& network : zoo::networks()) {
    if (form != zoo::Form::Float32 && double(network.macs) > line.mostMacs()) continue;
    const auto bytes = zoo::generate(network, form, zoo::kDefaultSeed);
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    const auto model = Model::fromBuffer(bytes.value());
    ASSERT_TRUE(model.ok()) << model.status().message();
    const std::string name = "zoo/" + std::string(network.name) + "_" + std::string(zoo::formNames()[size_t(form)]);
    sweep(line, delegates, name, model.value(), counts);
  }
  EXPECT_GE(counts.ran, line.usual < 300e6 ? 1u : line.usual < 600e6 ? 3u : 5u);
}

TEST_P(DelegateSweep, FloatModelsOfTheZooGiveTheCpusAnswerAndKeepTheirShare) {
  sweepZoo(GetParam(), delegates_, zoo::Form::Float32);
}
TEST_P(DelegateSweep, Int8ModelsOfTheZooGiveTheCpusAnswerAndKeepTheirShare) {
  sweepZoo(GetParam(), delegates_, zoo::Form::Int8);
}

std::string delegateName(const testing::TestParamInfo<Line>& line) {
  std::string name = line.param.spec;
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(On, DelegateSweep, testing::ValuesIn(kLines), delegateName);

}  // namespace
}  // namespace trireme::models
