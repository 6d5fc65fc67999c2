#include "trireme/status.h"

#include <gtest/gtest.h>

namespace trireme {
namespace {

Status failing() { return Status::error(Code::Io, "no such file"); }

Result<int> half(int value) {
  if (value % 2 != 0) return Status::error(Code::InvalidArgument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  TRIREME_ASSIGN(const int once, half(value));
  TRIREME_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Status, IsOkAndEmptyByDefault) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), Code::Ok);
  EXPECT_EQ(status.message(), "");
}

TEST(Status, CarriesCodeAndSentenceToEveryCopy) {
  const Status copy = Status(failing());
  EXPECT_EQ(copy.code(), Code::Io);
  EXPECT_EQ(copy.message(), "no such file");
}

TEST(Status, DuringLeadsAndKeepsTheCode) {
  const Status status = failing().during("while loading");
  EXPECT_EQ(status.code(), Code::Io);
  EXPECT_EQ(status.message(), "while loading: no such file");
  EXPECT_TRUE(Status().during("while loading").ok());
}

TEST(Status, TryLeavesWithTheFirstFailure) {
  const auto both = [](bool first) -> Status {
    if (first) TRIREME_TRY(failing());
    return Status::error(Code::Internal, "second");
  };
  EXPECT_EQ(both(true).code(), Code::Io);
  EXPECT_EQ(both(false).code(), Code::Internal);
}

TEST(Result, HoldsAValueOrAFailure) {
  ASSERT_TRUE(quarter(12).ok());
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).status().message(), "odd");
  EXPECT_TRUE(quarter(12).status().ok());
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Support, KeepsEveryReasonInOrder) {
  const Support support = Support()
                              .require(true, ReasonCode::Rank, "not kept")
                              .require(false, ReasonCode::DataType, "float32 only")
                              .require(false, ReasonCode::Limit, "too wide");
  ASSERT_EQ(support.reasons().size(), 2u);
  EXPECT_FALSE(support.ok());
  EXPECT_EQ(support.reasons()[0].code, ReasonCode::DataType);
  EXPECT_EQ(support.reasons()[1].detail, "too wide");
  EXPECT_TRUE(Support().ok());
}

TEST(Names, CoverEveryCodeAndReason) {
  EXPECT_EQ(codeName(Code::Internal), "Internal");
  EXPECT_EQ(codeName(Code::DeadlineExceeded), "DeadlineExceeded");
  EXPECT_EQ(reasonName(ReasonCode::UnknownOp), "UnknownOp");
  EXPECT_EQ(reasonName(ReasonCode::Policy), "Policy");
}

}  // namespace
}  // namespace trireme
