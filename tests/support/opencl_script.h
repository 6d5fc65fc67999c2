#pragma once

#include "delegates/opencl/api.h"
#include "tests/support/call_script.h"

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
class Script final : public support::ScriptOf<Function> {
 public:
  explicit Script(const Api& driver);
  ~Script();
  const Api& api() const { return table_; }
  const Api& driver() const { return driver_; }

 private:
  const Api& driver_;
  Api table_;
};

}  // namespace trireme::opencl::script
