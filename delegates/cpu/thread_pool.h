#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace trireme::cpu {

// The only place that starts compute threads: threads - 1 workers, made once. A segment is a number of units of work
// that are independent of each other; whoever submits it works too, and never waits for a worker that has not begun.
// Several threads may submit at once: while one has the workers, the others do their segments alone. Takes no lock.
class ThreadPool {
 public:
  // Does units [begin, end). `worker` is in [0, threads()) and no two bodies of one segment have the same at a time.
  using Body = void (*)(void* context, int64_t begin, int64_t end, int worker) noexcept;

  explicit ThreadPool(int threads);  // where the system refuses a thread, with fewer
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  int threads() const { return int(workers_.size()) + 1; }
  // Returns when every unit is done. Chunks of `chunk` units are handed out in order. Allocates nothing.
  void run(int64_t units, int64_t chunk, Body body, void* context);
  template <class F>
  void run(int64_t units, int64_t chunk, F& body) {
    run(
        units, chunk,
        [](void* context, int64_t begin, int64_t end, int worker) noexcept {
          (*static_cast<F*>(context))(begin, end, worker);
        },
        &body);
  }

 private:
  void work(int worker);
  void takeChunks(int worker);
  bool join(uint32_t& seen);
  void sleepUntilNews(uint32_t seen);
  void wakeSleepers();

  // The segment. Written while it is closed and nobody is inside.
  Body body_ = nullptr;
  void* context_ = nullptr;
  int64_t units_ = 0, chunk_ = 1;
  alignas(64) std::atomic<int64_t> next_{0};
  // High half: a number that is odd while a segment is open. Low half: workers inside.
  alignas(64) std::atomic<uint64_t> state_{0};
  std::atomic<bool> taken_{false};
  std::atomic<bool> ending_{false};
  std::atomic<int> sleeping_{0};
  std::atomic<uint32_t> news_{0};  // counts what sleepers are told; they sleep on it, so that nobody takes a lock
  std::vector<std::thread> workers_;
};

}  // namespace trireme::cpu
