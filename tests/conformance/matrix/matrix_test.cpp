#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>

#include "delegates/gpu/gpu_delegate.h"
#include "tests/conformance/matrix/contestants.h"
#include "tests/conformance/matrix/expectation.h"
#include "tests/conformance/matrix/walk.h"
#include "tests/support/fake_delegate.h"
#include "tests/support/host_gpu/host_gpu_device.h"

// Operator x type x shapes x options: each cell on each delegate passes against the reference kernels, is refused with
// a typed reason, or is a listed failure that must fail.
namespace trireme::conformance::matrix {

void PrintTo(const Group& group, std::ostream* stream) { *stream << group.name(); }

namespace {

constexpr size_t kShown = 5;

class GoesBeforeTheDriver final : public testing::Environment {
  void TearDown() override { forgetDelegates(); }
};
const testing::Environment* const kEnvironment = testing::AddGlobalTestEnvironment(new GoesBeforeTheDriver);

Density density() { return std::getenv("TRIREME_TEST_DENSE") == nullptr ? Density::Usual : Density::Dense; }

// The group of a usual matrix, or the denser one of the same operator and type.
const Group& atDensity(const Group& usual) {
  if (density() == Density::Usual) return usual;
  for (const Group& group : allCells(Density::Dense).groups()) {
    if (group.op == usual.op && group.form == usual.form) return group;
  }
  return usual;
}

// For drivers that take their time: of each group every so manieth cell, TRIREME_TEST_EVERY, beginning at another one
// in each group; one at least.
Group chosenOf(const Group& whole) {
  const char* word = std::getenv("TRIREME_TEST_EVERY");
  const size_t every = word ? std::max<size_t>(std::strtoul(word, nullptr, 10), 1) : 1;
  if (every == 1 || whole.cells.empty()) return whole;
  Group group = whole;
  group.cells.clear();
  const size_t begin = (size_t(whole.op) + size_t(whole.form)) % std::min(every, whole.cells.size());
  for (size_t i = begin; i < whole.cells.size(); i += every) group.cells.push_back(whole.cells[i]);
  return group;
}

std::string reasonsOf(const Tally& tally) {
  std::string all;
  for (const auto& [name, times] : tally.reasons) {
    all += (all.empty() ? " (" : ", ") + std::string(name) + " " + std::to_string(times);
  }
  return all.empty() ? all : all + ")";
}

void expectRight(const Group& group, const std::string& name, const Tally& tally) {
  std::printf("%s on %s: %zu passed, %zu refused%s, %zu listed failures, %zu wrong\n", group.name().c_str(),
              name.c_str(), tally.passed, tally.refused, reasonsOf(tally).c_str(), tally.listed, tally.wrong.size());
  for (size_t i = 0; i < std::min(kShown, tally.wrong.size()); ++i) ADD_FAILURE() << tally.wrong[i];
  if (tally.wrong.size() > kShown) ADD_FAILURE() << "and " << tally.wrong.size() - kShown << " cells more";
}

class Matrix : public testing::TestWithParam<Group> {
 protected:
  void walkOn(const Contestant& contestant) {
    const DelegateResult delegate = contestant.delegate();
    if (!delegate.ok() && contestant.presence == Presence::Driver) GTEST_SKIP() << delegate.status().message();
    ASSERT_TRUE(delegate.ok()) << delegate.status().message();
    const Group group = chosenOf(atDensity(GetParam()));
    const Tally tally = walk(group, {delegate.value().get(), contestant.name, contestant.precision,
                                     storageOf(contestant, *delegate.value())});
    expectRight(group, contestant.name, tally);
  }
};

std::string groupName(const testing::TestParamInfo<Group>& group) {
  std::string name = group.param.name();
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return name;
}

// A suite a contestant, so that a program's filter picks one.
#define TRIREME_CONTESTANT(name, spec, precision, presence, column)                    \
  class On_##name : public Matrix {};                                                  \
  TEST_P(On_##name, AgreesWithTheReferenceOrSaysWhyNot) { walkOn(contestant(#name)); } \
  INSTANTIATE_TEST_SUITE_P(Matrix, On_##name, testing::ValuesIn(allCells(Density::Usual).groups()), groupName);
#include "tests/conformance/matrix/contestants.inc"
#undef TRIREME_CONTESTANT

TEST(MatrixItself, HasCellsWhoseShapesFitTogetherAndWhoseNamesDiffer) {
  const Cells& cells = allCells(density());
  EXPECT_EQ(std::vector<std::string>(), cells.wrong());
  std::set<std::string> names;
  size_t count = 0;
  for (const Group& group : cells.groups()) {
    EXPECT_FALSE(group.cells.empty());
    for (const OpCase& cell : group.cells) names.insert(cell.name());
    count += group.cells.size();
  }
  EXPECT_EQ(count, names.size());
  EXPECT_GE(count, 5000u);
  std::printf("%zu cells in %zu groups\n", count, cells.groups().size());
}

TEST(MatrixItself, MeetsEveryOddSizeInItsInputs) {
  std::set<int64_t> seen;
  for (const Group& group : allCells(Density::Usual).groups()) {
    if (group.op != OpKind::Conv2d || group.form != Form::Int8PerChannel) continue;
    for (const OpCase& cell : group.cells) {
      const Graph graph = cell.graph();
      seen.insert(graph.value(graph.inputs()[0]).type.shape.dim(3));
    }
  }
  for (const int64_t size : kOddSizes) EXPECT_TRUE(seen.contains(size)) << size << " channels";
}

TEST(MatrixItself, MeetsEveryPairOfLevels) {
  const std::vector<size_t> levels = {12, 7, 5, 2};
  const std::vector<Choice> rows = pairwise(levels, 3);
  for (size_t a = 0; a < levels.size(); ++a) {
    for (size_t b = a + 1; b < levels.size(); ++b) {
      std::set<std::pair<size_t, size_t>> met;
      for (const Choice& row : rows) met.insert({row[a], row[b]});
      EXPECT_EQ(levels[a] * levels[b], met.size());
    }
  }
  EXPECT_EQ(rows, pairwise(levels, 3));
}

// The plain loops take every cell, and their float sums lie within the bound around the sums in double.
TEST(MatrixItself, IsWhatTheReferenceKernelsCompute) {
  std::vector<std::string> wrong;
  for (const Group& group : allCells(density()).groups()) {
    for (const OpCase& cell : group.cells) {
      const Result<Expectation> expectation = Expectation::of(cell, support::Storage::Single);
      std::string sentence =
          expectation.ok() ? expectation.value().compareReference() : std::string(expectation.status().message());
      if (!sentence.empty()) wrong.push_back(cell.name() + ": " + sentence);
    }
  }
  for (size_t i = 0; i < std::min(4 * kShown, wrong.size()); ++i) ADD_FAILURE() << wrong[i];
  EXPECT_EQ(0u, wrong.size());
}

const Group& groupOf(OpKind op, Form form) {
  static const Group kNone{};
  for (const Group& group : allCells(Density::Usual).groups()) {
    if (group.op == op && group.form == form) return group;
  }
  return kNone;
}

Tally onFake(const fake::FakeOptions& options, const Group& group) {
  const fake::Fake one(options);
  return walk(group, {one.delegate.get(), "fake", Precision::Exact, support::Storage::Single});
}

TEST(MatrixItself, HoldsSumsToAFewUnitsOfWhatWasAdded) {
  using support::ErrorBound;
  using support::Storage;
  const ErrorBound bound = ErrorBound::sum();
  EXPECT_TRUE(bound.accepts({1000, 1000, 1}, 1000.0003f, Storage::Single));
  EXPECT_FALSE(bound.accepts({1000, 1000, 1}, 1000.0006f, Storage::Single));
  EXPECT_TRUE(bound.accepts({1000, 1000, 1}, 1000.2f, Storage::Half));
  EXPECT_FALSE(bound.accepts({1000, 1000, 1}, 1000.6f, Storage::Half));
  // Large terms that cancel may leave more.
  EXPECT_TRUE(bound.accepts({0, 1000, 1}, 0.0002f, Storage::Single));
  EXPECT_FALSE(bound.accepts({0, 1, 1}, 0.0002f, Storage::Single));
}

TEST(MatrixItself, HoldsFunctionsToTheirUnitsAndKnowsNaNAndInfinity) {
  using support::ErrorBound;
  using support::Storage;
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(ErrorBound::exact().accepts({1, 0, 0}, 1.0000001f, Storage::Single));
  EXPECT_TRUE(ErrorBound::function(4, 0).accepts({1, 0, 0}, 1.0000004f, Storage::Single));
  EXPECT_FALSE(ErrorBound::function(4, 0).accepts({1, 0, 0}, 1.000001f, Storage::Single));
  EXPECT_FALSE(ErrorBound::exact().accepts({1, 0, 0}, std::nanf(""), Storage::Single));
  EXPECT_TRUE(ErrorBound::exact().accepts({std::nan(""), 0, 0}, std::nanf(""), Storage::Single));
  EXPECT_FALSE(ErrorBound::exact().accepts({1e6, 0, 0}, infinity, Storage::Single));
  EXPECT_TRUE(ErrorBound::exact().accepts({1e6, 0, 0}, infinity, Storage::Half));
  EXPECT_FALSE(ErrorBound::exact().accepts({-1e6, 0, 0}, infinity, Storage::Half));
}

// The matrix can fail: every cell of a delegate that answers wrong is named.
TEST(MatrixItself, NamesEveryCellThatADelegateGetsWrong) {
  fake::FakeOptions options;
  options.answersWrong = true;
  for (const auto& [op, form] : {std::pair{OpKind::Conv2d, Form::Int8}, std::pair{OpKind::Reshape, Form::Float32},
                                 std::pair{OpKind::Softmax, Form::UInt8}}) {
    const Group& group = groupOf(op, form);
    const Tally tally = onFake(options, group);
    EXPECT_EQ(group.cells.size(), tally.wrong.size()) << group.name();
    EXPECT_EQ(0u, tally.passed);
  }
}

TEST(MatrixItself, SeesWhatIsWrittenBehindAnOutput) {
  fake::FakeOptions options;
  options.overruns = 4;
  const Group& group = groupOf(OpKind::Add, Form::Int8);
  const Tally tally = onFake(options, group);
  EXPECT_EQ(group.cells.size(), tally.wrong.size());
  ASSERT_FALSE(tally.wrong.empty());
  EXPECT_NE(std::string::npos, tally.wrong[0].find("was written")) << tally.wrong[0];
}

TEST(MatrixItself, TakesARefusalAtCompileAfterAYesAsWrong) {
  fake::FakeOptions options;
  options.turnedDown = {OpKind::Add};
  const Group& group = groupOf(OpKind::Add, Form::Int8);
  EXPECT_EQ(group.cells.size(), onFake(options, group).wrong.size());
}

// Of a device that starts few groups an item takes more, or the cell is refused, before it is compiled, for this limit.
TEST(MatrixItself, OfADeviceOfFewGroupsTakesWhatFitsIntoThem) {
  gpu::GpuLimits limits;
  limits.maxGroups = {2, 2, 2};
  const auto delegate = gpu::makeGpuDelegate(gpu::host::makeHostGpu(limits), {"few groups", "C++", {}, false});
  constexpr size_t kEvery = 16;
  size_t passed = 0, limited = 0;
  for (Group group : allCells(Density::Usual).groups()) {
    std::vector<OpCase> cells;
    for (size_t i = 0; i < group.cells.size(); i += kEvery) cells.push_back(group.cells[i]);
    group.cells = std::move(cells);
    const Tally tally = walk(group, {delegate.get(), "few groups", Precision::Exact, support::Storage::Single});
    EXPECT_EQ(std::vector<std::string>(), tally.wrong) << group.name();
    passed += tally.passed;
    const auto found = tally.reasons.find(reasonName(ReasonCode::Limit));
    if (found != tally.reasons.end()) limited += found->second;
  }
  EXPECT_GT(passed, 300u);
  EXPECT_GT(limited, 30u);
  std::printf("%zu cells passed, %zu refused for the limit\n", passed, limited);
}

TEST(MatrixItself, CountsRefusalsByTheirReasons) {
  fake::FakeOptions options;
  options.dataTypes = {DataType::Float32};
  const Group& group = groupOf(OpKind::Add, Form::Int8);
  const Tally tally = onFake(options, group);
  EXPECT_EQ(group.cells.size(), tally.refused);
  EXPECT_EQ(std::vector<std::string>(), tally.wrong);
  EXPECT_FALSE(tally.reasons.empty());
}

}  // namespace
}  // namespace trireme::conformance::matrix
