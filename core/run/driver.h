#pragma once

#include <condition_variable>
#include <optional>
#include <thread>

#include "core/run/execution.h"

namespace trireme::run {

// A thread for each queue of a plan, for several frames in flight. Each takes the first step, in the order (frame,
// step), that need not wait for another device, so that a device works on the next frame while others have this one;
// within a frame a queue's steps keep their order. Frames are added, and collected in the same order when every driver
// is through with them.
class Drivers {
 public:
  Drivers(const Program& program, size_t mostFrames);
  ~Drivers();                      // after every frame was collected
  void add(Execution& execution);  // begun already; at most `mostFrames` are not collected
  // Waits until every driver is through with the oldest frame; its execution may then be finished.
  void awaitOldest();
  // The oldest frame is finished and committed: its steps' successors in later frames may read state.
  void collect();
  // What no driver has performed yet of frames that were added and not collected is skipped.
  void abortAll();

 private:
  struct Job {
    Execution* execution = nullptr;
    std::vector<char> performed;   // by step
    std::vector<size_t> position;  // by queue: how many of its steps were performed
    size_t passed = 0;             // drivers that are through
  };
  void drive(size_t queue);
  std::optional<uint64_t> chooseFrame(size_t queue) const;
  bool mayBegin(const Job& job, uint64_t number, uint32_t step) const;
  Job& job(uint64_t number) { return jobs_[number % jobs_.size()]; }

  const Program& program_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;  // a ring
  uint64_t added_ = 0, collected_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace trireme::run
