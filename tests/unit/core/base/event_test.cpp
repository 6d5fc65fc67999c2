#include <gtest/gtest.h>

#include "trireme/device.h"

namespace trireme {
namespace {

TEST(Event, IsReachedWellByDefault) {
  const Event event;
  EXPECT_TRUE(event.ready());
  EXPECT_TRUE(event.wait().ok());
  EXPECT_EQ(event.times().begin, TimePoint());
}

TEST(Event, CarriesAFailureToEveryCopy) {
  const Event event = Event::failed(Status::error(Code::DeviceLost, "gone"));
  const Event copy = event;
  EXPECT_TRUE(copy.ready());
  EXPECT_EQ(copy.wait().code(), Code::DeviceLost);
  EXPECT_EQ(event.wait(TimePoint()).message(), "gone");
}

}  // namespace
}  // namespace trireme
