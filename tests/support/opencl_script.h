#pragma once

#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <string>

#include "delegates/opencl/api.h"

// The driver's table with a script before it: every call is counted, the n-th one fails where a test wants it, and what
// was created is held against what was released.
namespace trireme::opencl::script {

enum class Function : uint16_t {
#define TRIREME_OPENCL_NAME(name) name,
  TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_NAME)
#undef TRIREME_OPENCL_NAME
};
inline constexpr size_t kFunctions = 0
#define TRIREME_OPENCL_ONE(name) +1
    TRIREME_OPENCL_FUNCTIONS(TRIREME_OPENCL_ONE)
#undef TRIREME_OPENCL_ONE
    ;
std::string_view functionName(Function function);
// Codes that the function may fail with, the most plausible first; then one that OpenCL does not know, and for
// functions that return an object or an address CL_SUCCESS: nothing, and no reason.
std::vector<cl_int> plausibleCodes(Function function);

// The driver's table, whose devices say that they are discrete GPUs: memory of their own, local memory on the chip, and
// groups of so few items that small products too go by tiles. One at a time.
const Api& asDiscreteGpu(const Api& driver);

// What shall happen from here on. One at a time: the functions of a table have no state of their own.
class Script {
 public:
  explicit Script(const Api& driver);
  ~Script();
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  const Api& api() const { return table_; }

  // The n-th call from now of any function (or of one) fails with `code`, or that plausible one of its own. 0: none.
  // None either where the function has fewer codes.
  void failCall(uint64_t nth, size_t whichCode = 0);
  void failCall(Function function, uint64_t nth, cl_int code);
  // That one and all after it fail with the same code.
  void failFrom(Function function, uint64_t nth, cl_int code);
  // Events say that they run, and no callback comes, until resume().
  void hang() { hanging_ = true; }
  void resume() { hanging_ = false; }
  bool hanging() const { return hanging_; }
  // hang(), at the n-th call of that function from now.
  void hangFrom(Function function, uint64_t nth);

  uint64_t calls() const { return total_; }
  uint64_t calls(Function function) const { return counts_[size_t(function)]; }
  // What failed; empty: nothing yet.
  std::string struck() const;
  // "clCreateBuffer: 2 not released", a line a kind; empty when all was given back.
  std::string unbalanced() const;

  // For the functions of the table.
  struct Entrance {
    bool fails = false;
    cl_int code = CL_SUCCESS;
  };
  Entrance enter(Function function);
  void created(std::string_view kind);
  void released(std::string_view kind);
  const Api& driver() const { return driver_; }

 private:
  const Api& driver_;
  Api table_;
  mutable std::mutex mutex_;
  std::atomic<uint64_t> total_{0};
  std::array<std::atomic<uint64_t>, kFunctions> counts_{};
  uint64_t failAt_ = 0;
  size_t whichCode_ = 0;
  std::optional<Function> only_;
  cl_int onlyCode_ = CL_SUCCESS;
  bool onwards_ = false;
  std::string struck_;
  std::map<std::string, int64_t, std::less<>> alive_;
  std::atomic<bool> hanging_{false};
  std::optional<Function> hangsIn_;
  uint64_t hangsAt_ = 0;
};

}  // namespace trireme::opencl::script
