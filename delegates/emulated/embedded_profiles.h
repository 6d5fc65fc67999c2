#pragma once

#include <span>
#include <string_view>

namespace trireme::emulated {

// The files of profiles/, put into the library by CMake.
struct EmbeddedProfile {
  std::string_view name, text;
};
std::span<const EmbeddedProfile> embeddedProfiles();

}  // namespace trireme::emulated
