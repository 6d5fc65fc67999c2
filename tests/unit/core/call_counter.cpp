#include "tests/unit/core/call_counter.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace trireme::calls {
namespace {

std::atomic<uint64_t> allocations{0}, locks{0};
std::atomic<bool> newThreadsAreForeign{false};

// Of this thread: how many reasons there are not to count. -1: not known yet.
constinit thread_local int foreign = -1;

int& reasons() {
  if (foreign < 0) foreign = newThreadsAreForeign.load() ? 1 : 0;
  return foreign;
}

[[maybe_unused]] void note(std::atomic<uint64_t>& count) {
  if (reasons() == 0) count.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
bool counts() { return false; }
#else
bool counts() { return true; }
#endif

Count now() { return {allocations.load(), locks.load()}; }
Foreign::Foreign() { ++reasons(); }
Foreign::~Foreign() { --reasons(); }
ForeignThreads::ForeignThreads() {
  reasons();  // this thread is not new
  newThreadsAreForeign = true;
}
ForeignThreads::~ForeignThreads() { newThreadsAreForeign = false; }

}  // namespace trireme::calls

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace calls = trireme::calls;

#pragma GCC visibility push(default)  // so that the libraries find them too
extern "C" {

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t bytes) {
  calls::note(calls::allocations);
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) {
  calls::note(calls::allocations);
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  calls::note(calls::allocations);
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  calls::note(calls::allocations);
  return __libc_memalign(alignment, bytes);
}
void* memalign(size_t alignment, size_t bytes) {
  calls::note(calls::allocations);
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  calls::note(calls::allocations);
  *memory = __libc_memalign(alignment, bytes);
  return *memory ? 0 : ENOMEM;
}

#define TRIREME_LOCK(name, parameters, arguments)                                 \
  int name parameters {                                                           \
    using Function = int(*) parameters;                                           \
    static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, #name)); \
    calls::note(calls::locks);                                                    \
    return next arguments;                                                        \
  }
TRIREME_LOCK(pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
TRIREME_LOCK(pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))
TRIREME_LOCK(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
TRIREME_LOCK(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
TRIREME_LOCK(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), (condition, mutex))
TRIREME_LOCK(pthread_cond_timedwait, (pthread_cond_t * condition, pthread_mutex_t* mutex, const timespec* until),
             (condition, mutex, until))
TRIREME_LOCK(pthread_cond_clockwait,
             (pthread_cond_t * condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* until),
             (condition, mutex, clock, until))
TRIREME_LOCK(pthread_cond_signal, (pthread_cond_t * condition), (condition))
TRIREME_LOCK(pthread_cond_broadcast, (pthread_cond_t * condition), (condition))
#undef TRIREME_LOCK

}  // extern "C"
#pragma GCC visibility pop

#endif
