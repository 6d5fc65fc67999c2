#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kernels/gpu/program.h"

// What the units of all languages are made of.
namespace trireme::gpu {

// "IN(0, S, src) OUT(1, D, dst) ".
std::string interfaceOf(const ProgramInfo& info);
// "D=f16 S=f32" as {"D", "f16"}, {"S", "f32"}.
std::vector<std::pair<std::string, std::string>> definitionsOf(std::string_view variant);

}  // namespace trireme::gpu
