#pragma once

#include <functional>
#include <memory>

namespace trireme {
class Interpreter;
}

namespace trireme::tools {

// From here on Ctrl-C (SIGINT) and SIGTERM cancel the interpreter that runs, if one does; what does not stop by itself
// within a second is ended with exit code 130. Files are written whole or not at all, so those that exist are valid.
// Called once, before any other thread starts.
void watchForInterrupt();
bool wasInterrupted();
// What an interrupted program still does, on a thread of its own, when it has not stopped by itself after half a
// second; then it ends. For commands whose results lie ready while something that cannot be cancelled goes on.
void setLastWords(std::function<void()> lastWords);

// While one lives, an interrupt cancels this interpreter.
class CancelOnInterrupt {
 public:
  explicit CancelOnInterrupt(Interpreter& interpreter);
  ~CancelOnInterrupt();
  CancelOnInterrupt(const CancelOnInterrupt&) = delete;
  CancelOnInterrupt& operator=(const CancelOnInterrupt&) = delete;
};

}  // namespace trireme::tools
