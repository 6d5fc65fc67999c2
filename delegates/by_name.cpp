#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "trireme/delegates.h"

namespace trireme {
namespace {

// "NAME[:VARIANT][,KEY=VALUE...]"
struct Spec {
  std::string_view name, variant;
  std::vector<std::pair<std::string_view, std::string_view>> keys;
};

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

Result<Spec> parse(std::string_view text) {
  Spec spec;
  const std::string_view head = text.substr(0, text.find(','));
  const size_t colon = head.find(':');
  spec.name = head.substr(0, colon);
  if (colon != std::string_view::npos) spec.variant = head.substr(colon + 1);
  std::string_view rest = text.substr(head.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the comma
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(part.size());
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return wrong(fmt::format("delegate '{}': '{}' is not KEY=VALUE", text, part));
    }
    spec.keys.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  return spec;
}

template <class T>
using Words = std::span<const std::pair<std::string_view, T>>;

// The value that a word stands for, or all words that would do.
template <class T>
Result<T> choose(std::string_view key, std::string_view word, Words<T> words) {
  std::string known;
  for (const auto& [name, value] : words) {
    if (name == word) return value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
  }
  return wrong(fmt::format("{}={}: it may be {}", key, word, known));
}

constexpr std::array<std::pair<std::string_view, Precision>, 3> kPrecisions = {
    {{"exact", Precision::Exact}, {"relaxed", Precision::Relaxed}, {"fastest", Precision::Fastest}}};
constexpr std::array<std::pair<std::string_view, CpuIsa>, 8> kIsas = {{{"scalar", CpuIsa::Scalar},
                                                                       {"avx2", CpuIsa::Avx2},
                                                                       {"avx512", CpuIsa::Avx512},
                                                                       {"vnni", CpuIsa::Vnni},
                                                                       {"amx", CpuIsa::Amx},
                                                                       {"neon", CpuIsa::Neon},
                                                                       {"dotprod", CpuIsa::Dotprod},
                                                                       {"i8mm", CpuIsa::I8mm}}};
constexpr std::array<std::pair<std::string_view, bool>, 1> kMemories = {{{"lean", true}}};

constexpr std::array<std::pair<std::string_view, EmulationMode>, 3> kModes = {
    {{"functional", EmulationMode::Functional}, {"paced", EmulationMode::Paced}, {"native", EmulationMode::Native}}};

DelegateResult createCpu(const Spec& spec, const DelegateDefaults& defaults) {
  if (!spec.variant.empty()) return wrong(fmt::format("cpu:{}: the CPU has no variants", spec.variant));
  CpuOptions options;
  options.threads = defaults.threads;
  for (const auto& [key, value] : spec.keys) {
    if (key == "precision") {
      TRIREME_ASSIGN(options.precision, choose<Precision>(key, value, kPrecisions));
    } else if (key == "isa") {
      TRIREME_ASSIGN(options.isa, choose<CpuIsa>(key, value, kIsas));
    } else if (key == "memory") {
      TRIREME_ASSIGN(options.lean, choose<bool>(key, value, kMemories));
    } else {
      return wrong(fmt::format("cpu has no key '{}'; it has isa, memory, precision", key));
    }
  }
  return createCpuDelegate(options);
}

DelegateResult createEmulated(const Spec& spec, const DelegateDefaults& defaults) {
  EmulatedOptions options;
  options.profile = spec.variant;
  options.threads = defaults.threads;
  for (const auto& [key, value] : spec.keys) {
    if (key == "mode") {
      TRIREME_ASSIGN(options.mode, choose<EmulationMode>(key, value, kModes));
    } else if (key == "over") {
      TRIREME_ASSIGN(options.wrapped, createDelegate(value, defaults));
    } else {
      return wrong(fmt::format("emulated has no key '{}'; it has mode, over", key));
    }
  }
  if (!options.wrapped) options.defaults = defaults;
  return createEmulatedDelegate(options);
}

GpuOptions gpuOptions(const Spec& spec, const DelegateDefaults& defaults) {
  GpuOptions options;
  options.device = spec.variant;
  options.cacheDirectory = defaults.cacheDirectory;
  options.log = defaults.log;
  return options;
}

// False where it is none of the keys that all GPU delegates have.
Result<bool> setGpuKey(GpuOptions& options, std::string_view key, std::string_view value) {
  if (key == "precision") {
    TRIREME_ASSIGN(options.precision, choose<Precision>(key, value, kPrecisions));
  } else if (key == "cache") {
    options.cacheDirectory = value == "off" ? "" : value;
  } else {
    return false;
  }
  return true;
}

DelegateResult createOpenCl(const Spec& spec, const DelegateDefaults& defaults) {
  GpuOptions options = gpuOptions(spec, defaults);
  for (const auto& [key, value] : spec.keys) {
    if (key == "log") {
      options.compilerLog = value;
      continue;
    }
    TRIREME_ASSIGN(const bool known, setGpuKey(options, key, value));
    if (!known) return wrong(fmt::format("opencl has no key '{}'; it has cache, log, precision", key));
  }
  return createOpenClDelegate(options);
}

DelegateResult createVulkan(const Spec& spec, const DelegateDefaults& defaults) {
  GpuOptions options = gpuOptions(spec, defaults);
  for (const auto& [key, value] : spec.keys) {
    TRIREME_ASSIGN(const bool known, setGpuKey(options, key, value));
    if (!known) return wrong(fmt::format("vulkan has no key '{}'; it has cache, precision", key));
  }
  return createVulkanDelegate(options);
}

std::vector<DelegateListing> listCpu() {
  const DelegateResult cpu = createCpuDelegate();
  if (!cpu.ok()) return {{"cpu", "", "", cpu.status()}};
  return {{"cpu", cpu.value()->info().device, cpu.value()->info().driver, {}}};
}

// An emulated device is not this machine's: `trireme profiles` lists those.
std::vector<DelegateListing> listEmulated() { return {}; }

// Every delegate of the library, in the order of preference; the CPU is last.
struct Entry {
  std::string_view name;
  DelegateResult (*create)(const Spec& spec, const DelegateDefaults& defaults);
  std::vector<DelegateListing> (*list)();  // each of its devices
};
constexpr Entry kEntries[] = {
    {"opencl", createOpenCl, listOpenClDevices},
    {"vulkan", createVulkan, listVulkanDevices},
    {"emulated", createEmulated, listEmulated},
    {"cpu", createCpu, listCpu},
};

}  // namespace

DelegateResult createDelegate(std::string_view spec, int threads) {
  DelegateDefaults defaults;
  defaults.threads = threads;
  return createDelegate(spec, defaults);
}

DelegateResult createDelegate(std::string_view spec, const DelegateDefaults& defaults) {
  TRIREME_ASSIGN(const Spec parsed, parse(spec));
  std::string known;
  for (const Entry& entry : kEntries) {
    if (entry.name == parsed.name) return entry.create(parsed, defaults);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  return wrong(fmt::format("there is no delegate '{}'; there are: {}", parsed.name, known));
}

std::vector<DelegateListing> listDelegates() {
  std::vector<DelegateListing> all;
  for (const Entry& entry : kEntries) {
    for (DelegateListing& one : entry.list()) all.push_back(std::move(one));
  }
  return all;
}

Status addUsableDelegates(Options& options) {
  const Settings& settings = options.settings();
  const DelegateDefaults defaults{settings.threads, settings.cacheDirectory, settings.log};
  for (const DelegateListing& one : listDelegates()) {
    if (!one.usable.ok() || one.spec == "cpu") continue;
    auto delegate = createDelegate(one.spec, defaults);
    if (delegate.ok()) {
      options.addDelegate(std::move(delegate).value());
    } else if (settings.strict) {
      return delegate.status().during(one.spec);
    } else if (settings.log) {
      settings.log(fmt::format("delegate {} is left out: {}", one.spec, delegate.status().message()));
    }
  }
  return {};
}

}  // namespace trireme
