#include "tools/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "tools/commands.h"
#include "trireme/interpreter.h"

namespace trireme::tools {
namespace {

// The program's own state, not the library's: one interrupt a process.
std::atomic<bool> interrupted{false};
std::mutex mutex;
Interpreter* running = nullptr;
std::function<void()> lastWords;

void sayLastWords() {
  std::function<void()> words;
  {
    const std::lock_guard lock(mutex);
    words = lastWords;
  }
  if (!words) return;
  std::thread([words] {
    words();
    _exit(kInterrupted);
  }).detach();
}

}  // namespace

void watchForInterrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // every later thread inherits it: only the watcher hears them
  std::thread([signals] {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) return;
    interrupted = true;
    {
      const std::lock_guard lock(mutex);
      if (running) running->cancel();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    sayLastWords();
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    _exit(kInterrupted);
  }).detach();
}

void setLastWords(std::function<void()> words) {
  const std::lock_guard lock(mutex);
  lastWords = std::move(words);
}

bool wasInterrupted() { return interrupted; }

CancelOnInterrupt::CancelOnInterrupt(Interpreter& interpreter) {
  const std::lock_guard lock(mutex);
  running = &interpreter;
  if (interrupted) running->cancel();
}

CancelOnInterrupt::~CancelOnInterrupt() {
  const std::lock_guard lock(mutex);
  running = nullptr;
}

}  // namespace trireme::tools
