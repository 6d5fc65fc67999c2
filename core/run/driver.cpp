#include "core/run/driver.h"

#include <algorithm>

namespace trireme::run {

Drivers::Drivers(const Program& program, size_t mostFrames) : program_(program), jobs_(mostFrames) {
  for (Job& job : jobs_) job.performed.resize(program.plan.steps.size());
  for (const std::vector<uint32_t>& steps : program.queues) {
    threads_.emplace_back([this, &steps] { drive(steps); });
  }
}

Drivers::~Drivers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Drivers::add(Execution& execution) {
  std::lock_guard lock(mutex_);
  Job& next = job(added_);
  next.execution = &execution;
  next.passed = 0;
  std::ranges::fill(next.performed, char(0));
  ++added_;
  changed_.notify_all();
}

void Drivers::awaitOldest() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return job(collected_).passed == threads_.size(); });
}

void Drivers::collect() {
  std::lock_guard lock(mutex_);
  ++collected_;
  changed_.notify_all();
}

void Drivers::abortAll() {
  std::lock_guard lock(mutex_);
  for (uint64_t number = collected_; number < added_; ++number) job(number).execution->abort();
  changed_.notify_all();
}

void Drivers::drive(const std::vector<uint32_t>& steps) {
  for (uint64_t number = 0;; ++number) {
    Job* mine = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || added_ > number; });
      if (added_ <= number) return;
      mine = &job(number);
    }
    for (uint32_t step : steps) performInOrder(*mine, number, step);
    std::lock_guard lock(mutex_);
    ++mine->passed;
    changed_.notify_all();
  }
}

void Drivers::performInOrder(Job& job, uint64_t number, uint32_t step) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      const bool called = std::ranges::all_of(program_.plan.steps[step].after,
                                              [&](uint32_t earlier) { return job.performed[earlier] != 0; });
      const bool committed = !program_.readsState[step] || collected_ >= number;
      return called && (committed || job.execution->failed());
    });
  }
  job.execution->perform(step);
  std::lock_guard lock(mutex_);
  job.performed[step] = 1;
  changed_.notify_all();
}

}  // namespace trireme::run
