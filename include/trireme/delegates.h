#ifndef TRIREME_DELEGATES_H
#define TRIREME_DELEGATES_H

// The delegates that come with the library.

#include "trireme/interpreter.h"

namespace trireme {

// What the words that name a delegate do not say.
struct DelegateDefaults {
  int threads = 0;                       // of a CPU; 0: the cores that this process may use
  std::filesystem::path cacheDirectory;  // of what GPUs' drivers compiled, and of their rates; empty: none
  LogSink log;                           // null: silent
};

enum class CpuIsa : uint8_t { Auto, Scalar, Avx2, Avx512, Vnni, Amx, Neon, Dotprod, I8mm };
struct CpuOptions {
  int threads = 0;                     // 0: the cores that this process may use
  std::optional<Precision> precision;  // none: what the plan asks for
  bool lean = false;                   // weights held once
  CpuIsa isa = CpuIsa::Auto;           // the highest tier to use; one that this machine lacks is refused
};
// Functional: the results, with times from the profile's model. Paced: work is done no earlier than the model says.
// Native: the wrapped delegate's own times.
enum class EmulationMode : uint8_t { Functional, Paced, Native };
struct EmulatedOptions {
  std::string profile;                // of the library, or a file: a path that ends in ".json"
  std::shared_ptr<Delegate> wrapped;  // what computes; none: what the profile names
  EmulationMode mode = EmulationMode::Functional;
  int threads = 0;              // of a CPU that is wrapped; 0: the cores that this process may use
  DelegateDefaults defaults{};  // of what the profile names; `threads` above goes before
};
// A GPU delegate: a device of an API, and where what its driver compiled is kept.
struct GpuOptions {
  std::string device;                  // its position among the API's devices, or a part of its name; empty: the first
  std::optional<Precision> precision;  // none: what the plan asks for
  std::filesystem::path cacheDirectory;  // of compiled programs and measured rates; empty: none
  std::filesystem::path compilerLog;     // what the driver's compiler says when it fails is added here; empty: nowhere
  LogSink log;                           // told when a cache is of no use; null: silent
};
using DelegateResult = Result<std::shared_ptr<Delegate>>;
TRIREME_API DelegateResult createCpuDelegate(const CpuOptions& options = {});
// A device that a profile describes (docs/profiles.md). InvalidArgument names the file, the field and what was
// expected.
TRIREME_API DelegateResult createEmulatedDelegate(const EmulatedOptions& options);

// An OpenCL device. Unsupported where there is no driver, it is too old, or the device that is asked for is not there
// (with a list of those that are); DeviceLost where it fails or computes wrongly.
TRIREME_API DelegateResult createOpenClDelegate(const GpuOptions& options = {});  // its device lost: Delegate::renew()
// A Vulkan device, of 1.1 or newer; compilerLog is not used. Errors as of OpenCL. `device` empty: the fastest kind.
TRIREME_API DelegateResult createVulkanDelegate(const GpuOptions& options = {});

// "cpu,isa=avx2" or "emulated:npu-int8,mode=paced", as on the command line. InvalidArgument names the word that is
// wrong and what would be right. `threads` is for delegates that compute on the CPU; 0: the cores that this process may
// use.
TRIREME_API DelegateResult createDelegate(std::string_view spec, int threads = 0);
TRIREME_API DelegateResult createDelegate(std::string_view spec, const DelegateDefaults& defaults);

// What a GPU device says of itself, and how it is used. Sizes in bytes.
struct GpuFacts {
  std::string type;             // "discrete", "integrated", "virtual", "cpu" or "other"
  std::string version;          // of its API: "1.3.230"
  uint64_t memory = 0;          // of its own, or the host's that it uses; 0: it does not say
  uint64_t largestBinding = 0;  // of a tensor or its weights in one piece
  uint64_t largestAllocation = 0;
  uint64_t bindingAlignment = 0;
  uint64_t importAlignment = 0;       // of the host's memory that it uses in place; 0: it uses none
  uint64_t groupMemory = 0;           // that the items of a group share
  uint32_t groupItems = 0;            // of a group at most
  uint32_t vectorWidth = 0;           // elements that a program computes at once
  std::vector<std::string> features;  // "float64", "storage8", ...: docs/cli.md
};
struct DelegateListing {
  std::string spec, device, driver;
  Status usable;
  std::optional<GpuFacts> gpu{};  // none: it is no GPU, or no such device is here
};
TRIREME_API std::vector<DelegateListing> listOpenClDevices();  // each, usable or why not; one line where there is none
TRIREME_API std::vector<DelegateListing> listVulkanDevices();  // likewise
TRIREME_API std::vector<DelegateListing> listDelegates();      // all this machine could have, each usable or why not
// What "auto" means: every usable delegate but the CPU, in the order of listDelegates(), added to `options`, whose
// threads, cache folder and log they take.
TRIREME_API Status addUsableDelegates(Options& options);

}  // namespace trireme

#endif  // TRIREME_DELEGATES_H
