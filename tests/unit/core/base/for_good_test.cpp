#include "core/base/for_good.h"

#include <gtest/gtest.h>

namespace trireme::base {
namespace {

TEST(ForGood, WhatIsKeptIsStillThereWithoutAnOwner) {
  auto memory = std::make_unique<int>(7);
  const int* const at = memory.get();
  keepForGood(std::move(memory));
  EXPECT_EQ(7, *at);  // the address sanitizer looks
  auto shared = std::make_shared<int>(8);
  const std::weak_ptr<int> seen = shared;
  keepForGood(std::move(shared));
  EXPECT_FALSE(seen.expired());
}

}  // namespace
}  // namespace trireme::base
