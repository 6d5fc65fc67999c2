#include <gtest/gtest.h>

#include "kernels/reference/evaluate.h"
#include "tests/conformance/cases.h"

// The rows against the plain loops alone, without interpreter or delegate.
namespace trireme::conformance {
namespace {

TEST(ReferenceRows, RunAndGiveWhatWasWorkedOutByHand) {
  for (const OpCase& row : allCases()) {
    SCOPED_TRACE(row.name());
    const auto results = row.byReference();
    EXPECT_TRUE(results.ok()) << results.status().message();
    if (!results.ok()) continue;
    for (size_t i = 0; i < row.outputCount(); ++i) {
      if (!row.expected(i)) continue;
      EXPECT_EQ("", row.tolerance(i).compare(row.outputType(i), *row.expected(i), results.value()[i]));
    }
  }
}

// How rows are split must not show: that is what the CPU's threads rely on.
TEST(ReferenceRows, GiveTheSameBitsHoweverTheyAreSplit) {
  for (const OpCase& row : allCases()) {
    SCOPED_TRACE(row.name());
    const auto whole = row.byReference();
    if (!whole.ok()) continue;
    const auto split = row.byReferenceInPieces();
    ASSERT_TRUE(split.ok()) << split.status().message();
    for (size_t i = 0; i < row.outputCount(); ++i) {
      EXPECT_EQ("", support::Tolerance::exact().compare(row.outputType(i), whole.value()[i], split.value()[i]));
    }
  }
}

}  // namespace
}  // namespace trireme::conformance
