#include "delegates/gpu/dispatch_list.h"

#include <gtest/gtest.h>

#include "tests/support/random_tensors.h"

namespace trireme::gpu {
namespace {

bool conflict(const Dispatch& a, const Dispatch& b) {
  for (const Binding& x : a.bindings) {
    for (const Binding& y : b.bindings) {
      if (x.buffer != y.buffer || (!x.written && !y.written)) continue;
      for (size_t byte = x.offset; byte < x.offset + x.bytes; ++byte) {
        if (byte >= y.offset && byte < y.offset + y.bytes) return true;
      }
    }
  }
  return false;
}

DispatchList randomList(support::Random& random) {
  DispatchList list;
  for (int64_t i = random.between(1, 12); i > 0; --i) {
    Dispatch dispatch;
    for (int64_t count = random.between(1, 3); count > 0; --count) {
      dispatch.bindings.push_back({uint16_t(random.between(0, 1)), random.between(0, 2) == 0,
                                   size_t(random.between(0, 30)), size_t(random.between(1, 8))});
    }
    list.dispatches.push_back(std::move(dispatch));
  }
  return list;
}

TEST(DispatchList, ABarrierLiesBetweenAnyTwoThatTouchTheSameBytes) {
  support::Random random(11);
  for (int round = 0; round < 500; ++round) {
    DispatchList list = randomList(random);
    markHazards(list);
    const std::vector<Dispatch>& all = list.dispatches;
    for (size_t late = 0; late < all.size(); ++late) {
      for (size_t early = 0; early < late; ++early) {
        bool separated = false;
        for (size_t i = early + 1; i <= late; ++i) separated = separated || all[i].barrierBefore;
        EXPECT_TRUE(separated || !conflict(all[early], all[late])) << round << ": " << early << ", " << late;
      }
    }
  }
}

TEST(DispatchList, NoBarrierLiesWhereNothingSinceTheLastOneIsTouched) {
  support::Random random(12);
  size_t barriers = 0;
  for (int round = 0; round < 500; ++round) {
    DispatchList list = randomList(random);
    markHazards(list);
    size_t since = 0;
    for (size_t i = 0; i < list.dispatches.size(); ++i) {
      if (!list.dispatches[i].barrierBefore) continue;
      bool needed = false;
      for (size_t before = since; before < i; ++before) {
        needed = needed || conflict(list.dispatches[before], list.dispatches[i]);
      }
      EXPECT_TRUE(needed) << round << ": " << i;
      since = i;
      ++barriers;
    }
  }
  EXPECT_GT(barriers, 500u);
}

TEST(DispatchList, WhatLiesBehindAReadIsReadTooAndBehindAWriteIsNotWritten) {
  const auto pair = [](Binding first, Binding second) {
    DispatchList list;
    list.dispatches.resize(2);
    list.dispatches[0].bindings = {first};
    list.dispatches[1].bindings = {second};
    return list;
  };
  const Binding low{0, false, 0, 64}, high{0, false, 64, 64};
  const auto written = [](Binding binding) {
    binding.written = true;
    return binding;
  };
  for (const size_t slack : {0, 16}) {
    for (DispatchList list : {pair(low, written(high)), pair(written(high), low)}) {
      markHazards(list, slack);
      EXPECT_EQ(list.dispatches[1].barrierBefore, slack > 0);
    }
    for (DispatchList list : {pair(written(low), high), pair(low, high), pair(written(low), written(high))}) {
      markHazards(list, slack);
      EXPECT_FALSE(list.dispatches[1].barrierBefore);
    }
  }
}

TEST(DispatchList, MarkingTwiceChangesNothing) {
  support::Random random(13);
  DispatchList list = randomList(random);
  markHazards(list);
  std::vector<bool> first;
  for (const Dispatch& dispatch : list.dispatches) first.push_back(dispatch.barrierBefore);
  markHazards(list);
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i], list.dispatches[i].barrierBefore);
}

}  // namespace
}  // namespace trireme::gpu
