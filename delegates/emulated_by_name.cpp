#include <fmt/format.h>

#include "delegates/emulated/emulated_delegate.h"

namespace trireme {

DelegateResult createEmulatedDelegate(const EmulatedOptions& options) {
  TRIREME_ASSIGN(emulated::Profile profile, emulated::loadProfile(options.profile));
  std::shared_ptr<Delegate> wrapped = options.wrapped;
  if (!wrapped) {
    if (profile.over.starts_with("emulated")) {
      return Status::error(Code::InvalidArgument, fmt::format("profile {}: field 'over': '{}' is emulated itself",
                                                              profile.name, profile.over));
    }
    DelegateDefaults defaults = options.defaults;
    if (options.threads != 0) defaults.threads = options.threads;
    auto created = createDelegate(profile.over, defaults);
    if (!created.ok()) return created.status().during(fmt::format("profile {}: field 'over'", profile.name));
    wrapped = std::move(created).value();
  }
  return emulated::makeDelegate(std::move(profile), "emulated:" + options.profile, std::move(wrapped), options.mode);
}

}  // namespace trireme
