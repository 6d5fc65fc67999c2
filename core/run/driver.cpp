#include "core/run/driver.h"

#include <algorithm>

namespace trireme::run {

Drivers::Drivers(const Program& program, size_t mostFrames) : program_(program), jobs_(mostFrames) {
  for (Job& job : jobs_) {
    job.performed.resize(program.plan.steps.size());
    job.position.resize(program.queues.size());
  }
  for (size_t queue = 0; queue < program.queues.size(); ++queue) {
    threads_.emplace_back([this, queue] { drive(queue); });
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
  std::ranges::fill(next.position, size_t(0));
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

void Drivers::drive(size_t queue) {
  const std::vector<uint32_t>& steps = program_.queues[queue];
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::optional<uint64_t> number = chooseFrame(queue);
    if (!number) {
      if (stopping_) return;
      changed_.wait(lock);
      continue;
    }
    Job& mine = job(*number);
    const uint32_t step = steps[mine.position[queue]];
    lock.unlock();
    mine.execution->perform(step);
    lock.lock();
    mine.performed[step] = 1;
    if (++mine.position[queue] == steps.size()) ++mine.passed;
    changed_.notify_all();
  }
}

// Called with the lock held: what a step waits for was called, and the state that it reads is committed.
bool Drivers::mayBegin(const Job& job, uint64_t number, uint32_t step) const {
  if (!std::ranges::all_of(program_.plan.steps[step].after,
                           [&](uint32_t earlier) { return job.performed[earlier] != 0; })) {
    return false;
  }
  return !program_.readsState[step] || collected_ >= number || job.execution->failed();
}

// Called with the lock held. The oldest frame whose next step can run at once; else the oldest whose next step can be
// waited for.
std::optional<uint64_t> Drivers::chooseFrame(size_t queue) const {
  std::optional<uint64_t> waiting;
  const std::vector<uint32_t>& steps = program_.queues[queue];
  for (uint64_t number = collected_; number < added_; ++number) {
    const Job& job = jobs_[number % jobs_.size()];
    if (job.position[queue] == steps.size()) continue;
    const uint32_t step = steps[job.position[queue]];
    if (!mayBegin(job, number, step)) continue;
    const bool ready = std::ranges::all_of(program_.plan.steps[step].after,
                                           [&](uint32_t earlier) { return job.execution->isReached(earlier); });
    if (ready) return number;
    if (!waiting) waiting = number;
  }
  return waiting;
}

}  // namespace trireme::run
