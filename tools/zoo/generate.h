#pragma once

#include "tools/zoo/networks.h"

namespace trireme::zoo {

enum class Form : uint8_t { Float32, Float16, Int8 };
std::span<const std::string_view> formNames();  // at the position of their Form
// InvalidArgument that lists the forms that there are.
Result<Form> findForm(std::string_view name);

inline constexpr uint64_t kDefaultSeed = 1;
// A .tflite file: the network with weights drawn from `seed`, in that form. float32 and float16 files hang on the seed
// alone. Int8 is calibrated by running the float32 file here, so its scales may differ in the last bit between
// machines with other instruction sets.
Result<std::vector<std::byte>> generate(const Network& network, Form form, uint64_t seed);

}  // namespace trireme::zoo
