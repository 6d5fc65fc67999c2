#include "tools/progress_bar.h"

#include <gtest/gtest.h>

namespace trireme::tools {
namespace {

TEST(ProgressText, FillsABarOfTwenty) {
  EXPECT_EQ(progressText(0, "a"), "[                    ]   0 %  a");
  EXPECT_EQ(progressText(0.25, "a"), "[#####               ]  25 %  a");
  EXPECT_EQ(progressText(1, "a"), "[####################] 100 %  a");
}

TEST(ProgressText, StaysBetweenNothingAndTheWhole) {
  EXPECT_EQ(progressText(-1, ""), progressText(0, ""));
  EXPECT_EQ(progressText(7, ""), progressText(1, ""));
}

TEST(ProgressText, FitsIntoATerminal) { EXPECT_EQ(progressText(0.5, std::string(200, 'x')).size(), 79u); }

TEST(ProgressBar, SaysNothingWhereNobodyWaitsAtATerminal) {
  testing::internal::CaptureStderr();
  {
    ProgressBar bar(true), unwanted(false);
    bar.show(0.5, "half");
    unwanted.show(0.5, "half");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace trireme::tools
