#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a test wants of a driver whose functions it stands before, whatever the API: every call is counted, the n-th one
// fails, and what was created is held against what was destroyed.
namespace trireme::support {

// The functions of an API, by number.
struct CallNames {
  size_t functions = 0;
  std::string_view (*name)(size_t function) = nullptr;
  // That it may fail with, the most plausible first; none: it cannot fail.
  std::vector<int> (*codes)(size_t function) = nullptr;
  std::string (*codeName)(int code) = nullptr;
};

class CallScript {
 public:
  explicit CallScript(const CallNames& names);
  CallScript(const CallScript&) = delete;
  CallScript& operator=(const CallScript&) = delete;

  // The n-th call from now of any function (or of one) fails with `code`, or that plausible one of its own. 0: none.
  // None either where the function has fewer codes.
  void failCall(uint64_t nth, size_t whichCode = 0);
  // Events say that they run, and nobody is called, until resume().
  void hang() { hanging_ = true; }
  void resume() { hanging_ = false; }
  bool hanging() const { return hanging_; }

  uint64_t calls() const { return total_; }  // of functions that can fail
  // What failed; empty: nothing yet.
  std::string struck() const;
  // "buffer: 2 not released", a line a kind; empty when all was given back.
  std::string unbalanced() const;

  // For the functions that stand before the driver's.
  struct Entrance {
    bool fails = false;
    int code = 0;
  };
  Entrance enterNumber(size_t function);
  void created(std::string_view kind);
  void released(std::string_view kind);

 protected:
  ~CallScript() = default;
  void failNumber(size_t function, uint64_t nth, int code, bool onwards);
  void hangFromNumber(size_t function, uint64_t nth);
  uint64_t callsOf(size_t function) const { return counts_[function]; }

 private:
  const CallNames names_;
  std::vector<bool> canFail_;
  mutable std::mutex mutex_;
  std::atomic<uint64_t> total_{0};
  std::vector<std::atomic<uint64_t>> counts_;
  uint64_t failAt_ = 0;
  size_t whichCode_ = 0;
  std::optional<size_t> only_;
  int onlyCode_ = 0;
  bool onwards_ = false;
  std::string struck_;
  std::map<std::string, int64_t, std::less<>> alive_;
  std::atomic<bool> hanging_{false};
  std::optional<size_t> hangsIn_;
  uint64_t hangsAt_ = 0;
};

// The same for an API whose functions are an enum.
template <class Function>
class ScriptOf : public CallScript {
 public:
  using CallScript::calls;
  using CallScript::CallScript;
  using CallScript::failCall;
  void failCall(Function function, uint64_t nth, int code) { failNumber(size_t(function), nth, code, false); }
  // That one and all after it fail with the same code.
  void failFrom(Function function, uint64_t nth, int code) { failNumber(size_t(function), nth, code, true); }
  // hang(), at the n-th call of that function from now.
  void hangFrom(Function function, uint64_t nth) { hangFromNumber(size_t(function), nth); }
  uint64_t calls(Function function) const { return callsOf(size_t(function)); }
  Entrance enter(Function function) { return enterNumber(size_t(function)); }

 protected:
  ~ScriptOf() = default;
};

}  // namespace trireme::support
