#pragma once

#include <span>
#include <string_view>

namespace trireme::gpu {

// The files of this folder that drivers are given, as the build found them.
struct Text {
  std::string_view file, text;
};
std::span<const Text> texts();
std::string_view textOf(std::string_view file);

}  // namespace trireme::gpu
