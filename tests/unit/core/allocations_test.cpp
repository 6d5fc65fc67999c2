#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/unit/core/interpreter_fixture.h"

// A program of its own, because it replaces the allocator: after the first run a frame allocates nothing.
namespace {

std::atomic<uint64_t> allocations{0};

void* counted(size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  std::abort();
}

}  // namespace

void* operator new(size_t bytes) { return counted(bytes); }
void* operator new[](size_t bytes) { return counted(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace trireme::core {
namespace {

uint64_t allocationsOf(Interpreter& interpreter, int rounds) {
  const uint64_t before = allocations;
  for (int round = 0; round < rounds; ++round) {
    Event events[4];
    for (int f = 0; f < interpreter.frameCount(); ++f) events[f] = interpreter.frame(f).submit();
    for (int f = 0; f < interpreter.frameCount(); ++f) EXPECT_TRUE(events[f].wait().ok());
  }
  return allocations - before;
}

TEST(Frames, AllocateNothingAfterTheFirstRun) {
  const auto plus = std::make_shared<PlusOne>();
  for (const int frames : {1, 4}) {
    const auto interpreter =
        make(threeNodes(), Options().addDelegate(plus).setStrategy("per-op").setFramesInFlight(frames));
    allocationsOf(*interpreter, 2);
    EXPECT_EQ(allocationsOf(*interpreter, 50), 0u) << frames << " frames";
  }
  EXPECT_GT(allocations, 0u) << "the counter counts";
}

}  // namespace
}  // namespace trireme::core
