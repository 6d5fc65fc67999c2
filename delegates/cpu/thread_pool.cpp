#include "delegates/cpu/thread_pool.h"

#include <algorithm>
#include <system_error>

namespace trireme::cpu {
namespace {

// About 20 to 50 microseconds: longer than the gap between two operators, shorter than a person's patience with a hot
// idle core.
constexpr int kSpins = 1000;
constexpr uint64_t kEpoch = uint64_t{1} << 32;

uint32_t epochOf(uint64_t state) { return uint32_t(state >> 32); }
bool isOpen(uint64_t state) { return (epochOf(state) & 1) != 0; }
uint32_t insideOf(uint64_t state) { return uint32_t(state); }

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  const int wanted = std::max(threads, 1) - 1;
  workers_.reserve(size_t(wanted));
  for (int worker = 1; worker <= wanted; ++worker) {
    try {
      workers_.emplace_back([this, worker] { work(worker); });
    } catch (const std::system_error&) {
      break;  // the system has no more threads: those that there are do the work
    }
  }
}

ThreadPool::~ThreadPool() {
  ending_.store(true);
  news_.fetch_add(1);
  news_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int64_t units, int64_t chunk, Body body, void* context) {
  if (units <= 0) return;
  chunk = std::max<int64_t>(chunk, 1);
  if (workers_.empty() || chunk >= units || taken_.exchange(true, std::memory_order_acquire)) {
    body(context, 0, units, 0);
    return;
  }
  body_ = body;
  context_ = context;
  units_ = units;
  chunk_ = chunk;
  next_.store(0, std::memory_order_relaxed);
  state_.fetch_add(kEpoch);  // opens: from here on workers may enter
  wakeSleepers();
  takeChunks(0);
  state_.fetch_add(kEpoch);  // closes: nobody enters any more
  for (int spins = 0; insideOf(state_.load(std::memory_order_acquire)) != 0; ++spins) {
    if (spins < kSpins) {
      pause();
    } else {
      std::this_thread::yield();
    }
  }
  taken_.store(false, std::memory_order_release);
}

void ThreadPool::takeChunks(int worker) {
  for (;;) {
    const int64_t begin = next_.fetch_add(chunk_, std::memory_order_relaxed);
    if (begin >= units_) return;
    body_(context_, begin, std::min(begin + chunk_, units_), worker);
  }
}

// Enters the open segment, once a segment.
bool ThreadPool::join(uint32_t& seen) {
  uint64_t state = state_.load(std::memory_order_relaxed);
  while (isOpen(state) && epochOf(state) != seen) {
    if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      seen = epochOf(state);
      return true;
    }
  }
  return false;
}

void ThreadPool::work(int worker) {
  uint32_t seen = 0;
  int spins = 0;
  while (!ending_.load(std::memory_order_relaxed)) {
    if (join(seen)) {
      takeChunks(worker);
      state_.fetch_sub(1, std::memory_order_release);
      spins = 0;
    } else if (spins < kSpins) {
      ++spins;
      pause();
    } else {
      sleepUntilNews(seen);
      spins = 0;
    }
  }
}

void ThreadPool::sleepUntilNews(uint32_t seen) {
  const uint32_t before = news_.load();  // first: what is told from here on ends the wait
  sleeping_.fetch_add(1);  // before the look at state_: the caller changes state_, then looks at sleeping_
  const uint64_t state = state_.load();
  if (!ending_.load() && !(isOpen(state) && epochOf(state) != seen)) news_.wait(before);
  sleeping_.fetch_sub(1);
}

void ThreadPool::wakeSleepers() {
  if (sleeping_.load() == 0) return;
  news_.fetch_add(1);
  news_.notify_all();
}

}  // namespace trireme::cpu
