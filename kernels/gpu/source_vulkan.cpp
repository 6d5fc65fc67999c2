#include "kernels/gpu/source_vulkan.h"

#include <algorithm>

#include "core/base/check.h"
#include "kernels/gpu/source_parts.h"
#include "kernels/gpu/texts.h"

namespace trireme::gpu {
namespace {

using Definitions = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kOneLane =
    "#define FLOATS float\n#define INTS int\n#define UINTS uint\n#define BOOLS bool\n"
    "#define LESS(a, b) ((a) < (b))\n#define EQUAL(a, b) ((a) == (b))\n";
constexpr std::string_view kFourLanes =
    "#undef FLOATS\n#undef INTS\n#undef UINTS\n#undef BOOLS\n#undef LESS\n#undef EQUAL\n"
    "#define FLOATS vec4\n#define INTS ivec4\n#define UINTS uvec4\n#define BOOLS bvec4\n"
    "#define LESS(a, b) lessThan(a, b)\n#define EQUAL(a, b) equal(a, b)\n";
// Every variable of such a text is precise: no product and sum become one operation.
constexpr std::string_view kExact = "#undef vec\n#define vec precise vec4\n#define float precise float\n";

// What else the compiler is to know of.
std::string_view extensionsOf(Feature feature) {
  switch (feature) {
    case Feature::MatrixKhr:
      return "#extension GL_KHR_cooperative_matrix : require\n#extension GL_KHR_memory_scope_semantics : require\n"
             "#extension GL_KHR_shader_subgroup_basic : require\n"
             "#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require\n";
    case Feature::MatrixNv:
      return "#extension GL_NV_cooperative_matrix : require\n#extension GL_KHR_memory_scope_semantics : require\n"
             "#extension GL_KHR_shader_subgroup_basic : require\n"
             "#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require\n";
    default:
      return "";
  }
}

uint32_t bitsOf(const std::string& storage) {
  if (storage == "i8" || storage == "u8") return 8;
  return storage == "i16" || storage == "f16" ? 16 : 32;
}

// A storage type, or what a variant defines by that name.
std::string storageNamed(const std::string& name, const Definitions& definitions) {
  const auto defined = std::ranges::find(definitions, name, &Definitions::value_type::first);
  return defined == definitions.end() ? name : defined->second;
}

// Calls `use` with the words between the brackets behind each `name`.
template <class Use>
void forEachCall(std::string_view text, std::string_view name, const Use& use) {
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const size_t begin = at + name.size();
    size_t end = begin;
    for (int depth = 1; end < text.size(); ++end) {
      depth += text[end] == '(' ? 1 : (text[end] == ')' ? -1 : 0);
      if (depth == 0) break;
    }
    use(text.substr(begin, end - begin));
  }
}

// GLSL has a group's memory outside of functions: KERNEL declares it in front of the body.
std::string groupMemory(std::string_view text) {
  std::string declarations;
  const auto declare = [&](std::string_view macro, const std::string& type) {
    forEachCall(text, macro, [&](std::string_view words) {
      const size_t comma = words.find(',');
      TRIREME_CHECK(comma != words.npos, "a group's memory has a name and a count");
      declarations += " shared " + type + " " + std::string(words.substr(0, comma)) + "[" +
                      std::string(words.substr(comma + 1)) + "];";
    });
  };
  declare("LOCAL_FLOATS(", "float");
  declare("LOCAL_HALVES(", "MATRIX_HALF");
  return declarations;
}

std::string constantsOf(const ProgramInfo& info) {
  std::string text;
  uint32_t id = kFirstConstantId;
  for (const ConstantInfo& constant : info.constants) {
    text += "layout(constant_id = " + std::to_string(id++) + ") const int " + constant.name + " = " +
            std::to_string(constant.least) + ";\n";
  }
  return text;
}

std::string paramsOf(const ProgramInfo& info) {
  std::string text = "layout(push_constant) uniform Params {";
  for (const ParamInfo& param : info.params) text += (param.isFloat ? " float " : " int ") + param.name + ";";
  return text + " } p;\n";
}

}  // namespace

bool isForVulkan(Program program) {
  const std::string_view text = programInfo(program).text;
  return text.substr(0, text.find('\n')).find("opencl-only") == text.npos;
}

uint32_t storedElementBits(Program program, uint16_t variant) {
  const ProgramInfo& info = programInfo(program);
  const Definitions definitions = definitionsOf(info.variants[variant]);
  uint32_t bits = 32;
  for (const std::string_view name : {"STORE1(", "STOREU("}) {
    forEachCall(info.text, name, [&](std::string_view words) {
      bits = std::min(bits, bitsOf(storageNamed(std::string(words.substr(0, words.find(','))), definitions)));
    });
  }
  return bits == 32 ? 0 : bits;
}

bool hasTexelReads(Program program) {
  switch (program) {
    case Program::Copy:
    case Program::ConvGemm:
    case Program::Depthwise:
    case Program::Pool:
    case Program::Binary:
    case Program::BinaryCodes:
    case Program::Unary:
      return true;
    default:
      return false;
  }
}

bool hasTexelReads(Program program, uint16_t variant) {
  return hasTexelReads(program) && featureOf(program, variant) == Feature::None;
}

std::string storageOfBuffer(Program program, uint16_t variant, size_t buffer) {
  const ProgramInfo& info = programInfo(program);
  return storageNamed(info.buffers[buffer].storage, definitionsOf(info.variants[variant]));
}

std::vector<VulkanModule> vulkanModules() {
  std::vector<VulkanModule> modules;
  for (size_t number = 0; number < programs().size(); ++number) {
    const auto program = Program(number);
    if (!isForVulkan(program)) continue;
    for (uint16_t variant = 0; variant < programs()[number].variants.size(); ++variant) {
      for (const bool texels : {false, true}) {
        if (texels && !hasTexelReads(program, variant)) continue;
        modules.push_back({program, variant, false, texels});
        if (storedElementBits(program, variant) != 0) modules.push_back({program, variant, true, texels});
      }
    }
  }
  return modules;
}

std::string moduleName(const VulkanModule& module) {
  return std::string(programInfo(module.program).name) + "_" + std::to_string(module.variant) +
         (module.texelReads ? "_texels" : "") + (module.elementStores ? "_elements" : "");
}

std::string vulkanSource(const VulkanModule& module) {
  const ProgramInfo& info = programInfo(module.program);
  const Feature feature = featureOf(module.program, module.variant);
  std::string source = "#version 450\n" + std::string(extensionsOf(feature)) + "#define DOT_PRODUCTS " +
                       std::to_string(int(feature == Feature::DotProducts)) + "\n#define ELEMENT_STORES " +
                       std::to_string(int(module.elementStores)) + "\n#define TEXEL_READS " +
                       std::to_string(int(module.texelReads)) + "\n";
  for (const auto& [name, value] : definitionsOf(info.variants[module.variant])) {
    source += "#define " + name + " " + value + "\n";
  }
  source += "#define GROUP_MEMORY" + groupMemory(info.text) + "\n";
  source += textOf("prelude_values.h");
  source += textOf("prelude_vulkan.glsl");
  for (const std::string_view lanes : {kOneLane, kFourLanes}) {
    source += lanes;
    source += textOf("lanes_vulkan.gpu");
  }
  source += textOf("fixed_point.gpu");
  source += textOf("activation.gpu");
  if (info.text.find("MATRIX_SUMS(") != info.text.npos) source += textOf("matrix_tiles.gpu");
  source += constantsOf(info) + paramsOf(info) + interfaceOf(info) + "\n";
  if (info.text.find("EXACT_FLOATS") != info.text.npos) source += kExact;
  source += info.text;
  return source;
}

}  // namespace trireme::gpu
