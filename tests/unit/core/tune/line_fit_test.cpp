#include "core/tune/line_fit.h"

#include <gmock/gmock.h>

#include <array>

namespace trireme::tune {
namespace {

using testing::DoubleNear;

TEST(LineFit, FindsTheLineOnWhichTheSamplesLie) {
  const Line line = fitLine(std::array<Sample, 4>{{{1e3, 11e-6}, {1e4, 20e-6}, {1e5, 110e-6}, {1e6, 1010e-6}}});
  EXPECT_THAT(line.start, DoubleNear(10e-6, 1e-12));
  EXPECT_THAT(line.slope, DoubleNear(1e-9, 1e-15));
  EXPECT_THAT(line.residual, DoubleNear(0, 1e-6));
}

TEST(LineFit, CountsASmallSampleAsMuchAsALargeOne) {
  // The large sample is 100 us off, a tenth of it. By absolute distances the start would be far below 10 us.
  const Line line = fitLine(std::array<Sample, 4>{{{1e3, 11e-6}, {1e4, 20e-6}, {1e5, 110e-6}, {1e6, 1110e-6}}});
  EXPECT_THAT(line.start, DoubleNear(10e-6, 1e-6));
  EXPECT_GT(line.residual, 0.01);
  EXPECT_LT(line.residual, 0.1);
}

TEST(LineFit, HasNoStartBelowZero) {
  const Line line = fitLine(std::array<Sample, 3>{{{1, 1e-9}, {10, 11e-9}, {100, 120e-9}}});
  EXPECT_EQ(line.start, 0);
  EXPECT_THAT(line.slope, DoubleNear(1.1e-9, 0.1e-9));
}

TEST(LineFit, HasNoSlopeBelowZero) {
  const Line line = fitLine(std::array<Sample, 2>{{{1, 10e-6}, {1000, 9e-6}}});
  EXPECT_EQ(line.slope, 0);
  EXPECT_THAT(line.start, DoubleNear(9.5e-6, 0.1e-6));
}

TEST(LineFit, OneSampleIsAStart) {
  const Line line = fitLine(std::array<Sample, 1>{{{4, 7e-6}}});
  EXPECT_THAT(line.start, DoubleNear(7e-6, 1e-12));
  EXPECT_EQ(line.slope, 0);
}

}  // namespace
}  // namespace trireme::tune
