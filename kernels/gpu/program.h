#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The GPU programs as data: texts, interfaces and how to make a translation unit of some of them. LANGUAGE.md says what
// the texts may do.
namespace trireme::gpu {

enum class Program : uint16_t {
#define PROGRAM(name, buffers, params, constants, variants) name,
#include "kernels/gpu/programs.inc"
#undef PROGRAM
};

// The parameters of a program, in the layout that its text sees: 4-byte fields alone.
#define INT(field) int32_t field = 0;
#define FLOAT(field) float field = 0;
#define PROGRAM(name, buffers, params, constants, variants) \
  struct name##Params {                                     \
    params                                                  \
  };                                                        \
  static_assert(sizeof(name##Params) <= 128);
#include "kernels/gpu/programs.inc"
#undef PROGRAM
#undef INT
#undef FLOAT

struct BufferInfo {
  std::string storage;  // "D": as the variant says; else a storage type
  std::string name;
  bool written = false;
};
struct ConstantInfo {
  std::string name;
  int32_t least = 0, most = 0;
};
struct ParamInfo {
  std::string name;
  bool isFloat = false;
};
struct ProgramInfo {
  std::string_view name;  // of the file, without its ending: "copy"
  std::string_view text;
  std::vector<BufferInfo> buffers;
  std::vector<ParamInfo> params;
  std::vector<ConstantInfo> constants;
  // Definitions of each variant, blank between them: "D=f16 S=f32".
  std::vector<std::string> variants;
};
std::span<const ProgramInfo> programs();
const ProgramInfo& programInfo(Program program);
// The position of a variant in its program's list; none: a mistake of ours, and the process ends with its name.
uint16_t variantOf(Program program, std::string_view definitions);

// What a device must have for a variant beyond the language. MatrixKhr and MatrixNv are for Vulkan alone; the
// instruction of DotProducts is written out elsewhere.
enum class Feature : uint8_t { None, DotProducts, MatrixKhr, MatrixNv };
Feature featureOf(Program program, uint16_t variant);
bool isPortable(Program program, uint16_t variant);  // to every language
std::string_view featureName(Feature feature);       // "dot", "matrix-khr", "matrix-nv"; empty for None

using Extent = std::array<uint32_t, 3>;
// One compiled function: a program with a variant, values of its constants and a local size.
struct KernelKey {
  Program program{};
  uint16_t variant = 0;
  Extent local{1, 1, 1};
  std::vector<int32_t> constants;  // in the order of ProgramInfo::constants
  bool operator==(const KernelKey&) const = default;
  auto operator<=>(const KernelKey&) const = default;
};
// Unique among keys and a C identifier: "copy_0_1x8x1_2_0".
std::string functionName(const KernelKey& key);
// "copy D=f16 S=f32 local 1x8x1 run=1": for people and dumps.
std::string kernelText(const KernelKey& key);

// An OpenCL C 1.2 translation unit with a kernel a key, for a device of vector width 4, 8 or 16.
std::string openClSource(std::span<const KernelKey> keys, uint32_t vectorWidth);
// Changes whenever a text, interface or prelude does: part of the name of what is cached.
uint64_t sourcesHash();

}  // namespace trireme::gpu
