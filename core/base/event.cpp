#include "trireme/device.h"

namespace trireme {
namespace {

// Every point was reached, badly, before it was asked for.
class FailedTimeline final : public Timeline {
 public:
  explicit FailedTimeline(Status why) : why_(std::move(why)) {}
  bool reached(uint64_t) const override { return true; }
  Status wait(uint64_t, TimePoint) const override { return why_; }
  Times times(uint64_t) const override { return {}; }

 private:
  const Status why_;
};

}  // namespace

Event Event::failed(Status why) { return Event(std::make_shared<FailedTimeline>(std::move(why)), 1); }

}  // namespace trireme
