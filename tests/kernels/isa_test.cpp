#include "kernels/cpu/isa.h"

#include <gtest/gtest.h>

namespace trireme::cpu {
namespace {

TEST(Isa, TheMachineCoversItsOwnTierAndTheBaseline) {
  EXPECT_TRUE(covers(detectIsa(), detectIsa()));
  EXPECT_TRUE(covers(detectIsa(), CpuIsa::Scalar));
  EXPECT_NE(CpuIsa::Auto, detectIsa());
}

TEST(Isa, ATierCoversThoseBeforeItAndNoOtherFamily) {
#if defined(__x86_64__)
  EXPECT_TRUE(covers(CpuIsa::Vnni, CpuIsa::Avx512));
  EXPECT_FALSE(covers(CpuIsa::Avx512, CpuIsa::Vnni));
  EXPECT_FALSE(covers(CpuIsa::Amx, CpuIsa::Neon));
#endif
  EXPECT_FALSE(covers(CpuIsa::Scalar, CpuIsa::Auto));
}

TEST(Isa, HasWordsForTiersAndProcessor) {
  EXPECT_EQ("vnni", isaName(CpuIsa::Vnni));
  EXPECT_EQ("i8mm", isaName(CpuIsa::I8mm));
  EXPECT_FALSE(processorName().empty());
}

}  // namespace
}  // namespace trireme::cpu
