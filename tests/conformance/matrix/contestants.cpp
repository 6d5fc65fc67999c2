#include "tests/conformance/matrix/contestants.h"

#include <algorithm>
#include <map>

#include "core/base/check.h"
#include "tests/support/driver_delegate.h"
#include "tests/support/fake_delegate.h"
#include "tests/support/host_gpu/host_gpu_device.h"

namespace trireme::conformance::matrix {
namespace {

constexpr int kThreads = 2;

std::map<std::string, DelegateResult>& made() {
  static std::map<std::string, DelegateResult> all;
  return all;
}

DelegateResult make(const std::string& spec) {
  constexpr std::string_view kHost = "host:";               // the GPU programs as C++, vectors of so many elements
  constexpr std::string_view kTiles = "host-tiles:";        // the same as a discrete GPU
  constexpr std::string_view kProducts = "host-products:";  // with dot products and emulated matrix units
  if (spec.starts_with(kProducts)) {
    return gpu::host::makeProductHostGpuDelegate(uint32_t(std::stoi(spec.substr(kProducts.size()))));
  }
  if (spec.starts_with(kTiles)) {
    return gpu::host::makeTiledHostGpuDelegate(uint32_t(std::stoi(spec.substr(kTiles.size()))));
  }
  if (spec.starts_with(kHost)) return gpu::host::makeHostGpuDelegate(uint32_t(std::stoi(spec.substr(kHost.size()))));
  if (spec != "fake") return support::driverDelegate(spec, kThreads);
  static const fake::Fake kFake;
  return std::shared_ptr<Delegate>(kFake.delegate);
}

}  // namespace

const std::vector<Contestant>& contestants() {
  static const std::vector<Contestant> kAll = {
#define TRIREME_CONTESTANT(name, spec, precision, presence, column) \
  {#name, spec, Precision::precision, Presence::presence, column},
#include "tests/conformance/matrix/contestants.inc"
#undef TRIREME_CONTESTANT
  };
  return kAll;
}

const Contestant& contestant(std::string_view name) {
  const auto found = std::find_if(contestants().begin(), contestants().end(),
                                  [name](const Contestant& one) { return one.name == name; });
  TRIREME_CHECK(found != contestants().end(), "no such contestant");
  return *found;
}

DelegateResult Contestant::delegate() const {
  const auto known = made().find(spec);
  return known != made().end() ? known->second : made().emplace(spec, make(spec)).first->second;
}
void forgetDelegates() { made().clear(); }

support::Storage storageOf(const Contestant& contestant, const Delegate& delegate) {
  const bool exact = contestant.precision == Precision::Exact && delegate.info().precision == Precision::Exact;
  return exact ? support::Storage::Single : support::Storage::Half;
}

}  // namespace trireme::conformance::matrix
