#include "delegates/cpu/thread_pool.h"

#include <gtest/gtest.h>

namespace trireme::cpu {
namespace {

// Runs a segment and says how often each unit was done.
std::vector<int> countUnits(ThreadPool& pool, int64_t units, int64_t chunk) {
  std::vector<std::atomic<int>> counts(static_cast<size_t>(units));
  auto body = [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) counts[size_t(i)].fetch_add(1, std::memory_order_relaxed);
  };
  pool.run(units, chunk, body);
  return {counts.begin(), counts.end()};
}

TEST(ThreadPool, DoesEveryUnitOnceForEverySizeAndChunk) {
  for (const int threads : {1, 2, 3, 7}) {
    ThreadPool pool(threads);
    EXPECT_EQ(threads, pool.threads());
    for (const int64_t units : {0, 1, 2, 5, 64, 1000}) {
      for (const int64_t chunk : {0, 1, 3, 64, 5000}) {
        EXPECT_EQ(std::vector<int>(size_t(units), 1), countUnits(pool, units, chunk)) << threads << " " << units;
      }
    }
  }
}

TEST(ThreadPool, OfOneThreadRunsInTheCaller) {
  ThreadPool pool(1);
  const auto caller = std::this_thread::get_id();
  auto body = [&](int64_t, int64_t, int worker) {
    EXPECT_EQ(caller, std::this_thread::get_id());
    EXPECT_EQ(0, worker);
  };
  pool.run(10, 1, body);
}

TEST(ThreadPool, GivesNoTwoBodiesOfASegmentTheSameWorker) {
  ThreadPool pool(4);
  std::atomic<int> inside[4] = {};
  std::atomic<bool> shared = false;
  for (int round = 0; round < 10; ++round) {
    auto body = [&](int64_t begin, int64_t, int worker) {
      if (inside[worker].fetch_add(1) != 0) shared = true;
      if (begin % 8 == 0) std::this_thread::yield();
      inside[worker].fetch_sub(1);
    };
    pool.run(64, 1, body);
  }
  EXPECT_FALSE(shared);
}

TEST(ThreadPool, WorkersHelpWhileTheCallerIsBusy) {
  ThreadPool pool(2);
  std::atomic<bool> workerCame = false;
  auto body = [&](int64_t, int64_t, int worker) {
    if (worker != 0) workerCame = true;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!workerCame && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  };
  pool.run(2, 1, body);
  EXPECT_TRUE(workerCame);
}

TEST(ThreadPool, WakesWorkersThatSleep) {
  ThreadPool pool(3);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // longer than they spin
    std::atomic<int> helped = 0;
    auto body = [&](int64_t, int64_t, int worker) {
      if (worker != 0) helped = 1;
      const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (helped == 0 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    };
    pool.run(3, 1, body);
    EXPECT_EQ(1, helped) << round;
  }
}

TEST(ThreadPool, ServesManySegmentsInARow) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum = 0;
  for (int round = 0; round < 3000; ++round) {
    auto body = [&](int64_t begin, int64_t end, int) { sum.fetch_add(end - begin, std::memory_order_relaxed); };
    pool.run(17, 2, body);
  }
  EXPECT_EQ(17 * 3000, sum);
}

TEST(ThreadPool, ServesSeveralCallersAtOnce) {
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        if (countUnits(pool, 40, 3) != std::vector<int>(40, 1)) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(0, wrong);
}

TEST(ThreadPool, RunsASegmentInsideASegmentAlone) {
  ThreadPool pool(2);
  std::atomic<int> inner = 0;
  auto body = [&](int64_t, int64_t, int) {
    auto deeper = [&](int64_t begin, int64_t end, int) { inner += int(end - begin); };
    pool.run(10, 1, deeper);
  };
  pool.run(4, 1, body);
  EXPECT_EQ(40, inner);
}

TEST(ThreadPool, ComesAndGoesWithoutWork) {
  for (int round = 0; round < 20; ++round) ThreadPool pool(4);
}

}  // namespace
}  // namespace trireme::cpu
