#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "trireme/trireme.h"

// The second device of the tests: a delegate whose memory the host cannot see, with a thread and a clock of its own,
// that counts every call and fails, lies, throws or hangs where a test wants it. Real operators run inside.
namespace trireme::fake {

// Every way in which the library calls a device or delegate.
enum class Call : uint8_t { Query, Compile, Bind, Allocate, Import, Upload, Download, Acquire, Release, Submit, Wait };
inline constexpr size_t kCallCount = 11;
inline constexpr std::array<Call, kCallCount> kEveryCall = {
    Call::Query,    Call::Compile, Call::Bind,    Call::Allocate, Call::Import, Call::Upload,
    Call::Download, Call::Acquire, Call::Release, Call::Submit,   Call::Wait};
std::string_view callName(Call call);

enum class How : uint8_t {
  Fail,       // at once, with the status (a query answers no for every node)
  FailLater,  // work on the queue: its event fails when the queue gets there
  Throw,      // a std::exception
  Hang,       // work on the queue: its event is never reached
  Null,       // Ok with a null pointer; of a query: no answers at all
  Short       // less than was asked for: answers, buffer bytes, needs
};
struct Trouble {
  Call call = Call::Submit;
  uint64_t nth = 1;  // counted from 1, over the script's life
  How how = How::Fail;
  Code code = Code::DeviceLost;
  bool lost = false;  // every later call fails too
};
struct LogEntry {
  Call call;
  uint64_t nth;
  TimePoint begin, end;  // of the work itself, on the steady clock
  size_t bytes;
};

// What shall happen and what happened. Outlives the device: tests read it after everything is gone. Safe from any
// thread.
class Script {
 public:
  void plan(const Trouble& trouble);
  // Counts a call. The trouble planned for it, if there is one.
  std::optional<Trouble> count(Call call, uint64_t* nth = nullptr);
  uint64_t calls(Call call) const;
  uint64_t struck() const;  // how many planned troubles have come
  bool lost() const;

  void log(const LogEntry& entry);
  std::vector<LogEntry> entries(Call call) const;

  // What the library did and must not do; empty at the end of every test.
  void violation(std::string sentence);
  std::vector<std::string> violations() const;

  // Hung work goes on from here, late, as on a device that was only slow.
  void wake();
  uint64_t wakes() const { return wakes_.load(); }

  std::atomic<int64_t> buffers{0}, bound{0}, compiled{0}, delegates{0};  // alive now

 private:
  mutable std::mutex mutex_;
  std::vector<Trouble> troubles_;
  std::array<uint64_t, kCallCount> calls_{};
  std::vector<LogEntry> entries_;
  std::vector<std::string> violations_;
  uint64_t struck_ = 0;
  bool lost_ = false;
  std::atomic<uint64_t> wakes_{0};
};

Status troubleStatus(const Trouble& trouble);
// Throws if the trouble says so; its status otherwise.
Status strike(const Trouble& trouble);

}  // namespace trireme::fake
