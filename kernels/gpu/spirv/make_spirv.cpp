// Compiles the GPU programs for Vulkan and writes C++ that holds their modules.
// Usage: make_spirv FEATURES NAME COMPILER FILE   all modules of one program to FILE, by glslangValidator
//        make_spirv FEATURES FILE                 the list of all to FILE
// FEATURES: names of those that the compiler knows, a comma between them; modules that want another are left out.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "kernels/gpu/source_vulkan.h"

namespace trireme::gpu {
namespace {

std::string nameOf(const VulkanModule& module) { return std::string(programInfo(module.program).name); }

std::vector<VulkanModule> modulesWith(const std::string& features) {
  std::vector<VulkanModule> modules = vulkanModules();
  std::erase_if(modules, [&](const VulkanModule& module) {
    const std::string_view feature = featureName(featureOf(module.program, module.variant));
    return !feature.empty() && ("," + features + ",").find("," + std::string(feature) + ",") == std::string::npos;
  });
  return modules;
}

std::optional<std::vector<uint32_t>> compiled(const VulkanModule& module, const std::string& compiler,
                                              const std::string& place) {
  const std::string text = place + ".comp", binary = place + ".spv", log = place + ".log";
  if (!(std::ofstream(text) << vulkanSource(module)).flush()) {
    std::fprintf(stderr, "%s cannot be written\n", text.c_str());
    return std::nullopt;
  }
  // -w: "precise" in front of a parameter has no effect, and would be told each time.
  const std::string command = "\"" + compiler + "\" -V --target-env vulkan1.1 -g0 -w -o \"" + binary + "\" \"" + text +
                              "\" > \"" + log + "\" 2>&1";
  const int code = std::system(command.c_str());
  if (code != 0) {
    std::ifstream said(log);
    for (std::string line; std::getline(said, line);) std::fprintf(stderr, "%s\n", line.c_str());
    std::fprintf(stderr, "module %s: \"%s\" ended with %d\n", moduleName(module).c_str(), command.c_str(), code);
    return std::nullopt;
  }
  std::ifstream file(binary, std::ios::binary | std::ios::ate);
  std::vector<uint32_t> words(file ? size_t(file.tellg()) / sizeof(uint32_t) : 0);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(words.data()), std::streamsize(words.size() * sizeof(uint32_t)));
  if (words.empty() || !file) {
    std::fprintf(stderr, "%s cannot be read\n", binary.c_str());
    return std::nullopt;
  }
  for (const std::string& left : {text, binary, log}) std::remove(left.c_str());
  return words;
}

std::string arrayOf(const std::string& name, const std::vector<uint32_t>& words) {
  std::string text = "const uint32_t " + name + "[] = {";
  char number[16];
  for (size_t i = 0; i < words.size(); ++i) {
    std::snprintf(number, sizeof number, "%s0x%x,", i % 16 == 0 ? "\n" : "", unsigned(words[i]));
    text += number;
  }
  return text + "};\n";
}

int written(const std::string& file, const std::string& text) {
  if ((std::ofstream(file) << text).flush()) return 0;
  std::fprintf(stderr, "%s cannot be written\n", file.c_str());
  return 1;
}

// A first line that changes with the compiler and with every text that it would be given.
std::string stampOf(const std::vector<VulkanModule>& modules, const std::string& name, const std::string& compiler) {
  std::string all = compiler + std::to_string(std::filesystem::last_write_time(compiler).time_since_epoch().count());
  for (const VulkanModule& module : modules) {
    if (nameOf(module) == name) all += moduleName(module) + vulkanSource(module);
  }
  uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits
  for (char letter : all) hash = (hash ^ uint8_t(letter)) * 1099511628211u;
  return "// Sources and compiler: " + std::to_string(hash) + "\n";
}

int writeProgram(const std::vector<VulkanModule>& modules, const std::string& name, const std::string& compiler,
                 const std::string& file) {
  const std::string stamp = stampOf(modules, name, compiler);
  std::ifstream there(file);
  const std::string before{std::istreambuf_iterator<char>(there), {}};
  if (before.starts_with(stamp)) return written(file, before);  // nothing changed but the time
  std::string arrays, rows;
  for (const VulkanModule& module : modules) {
    if (nameOf(module) != name) continue;
    const auto words = compiled(module, compiler, file + "." + moduleName(module));
    if (!words) return 1;
    arrays += arrayOf(moduleName(module), *words);
    rows += "    " + moduleName(module) + ",\n";
  }
  if (rows.empty()) return written(file, stamp + "// " + name + " is not for Vulkan\n");
  const std::string list = "const std::span<const uint32_t> all_" + name;
  return written(file, stamp + "#include <cstdint>\n#include <span>\n\nnamespace trireme::gpu::spirv {\nnamespace {\n" +
                           arrays + "}\nextern " + list + "[];\n" + list + "[] = {\n" + rows + "};\n}\n");
}

// Modules of a program stand one after another.
int writeList(const std::vector<VulkanModule>& modules, const std::string& file) {
  std::string declarations, rows, last;
  size_t number = 0;
  for (const VulkanModule& module : modules) {
    const std::string name = nameOf(module);
    if (name != last) {
      declarations += "extern const std::span<const uint32_t> all_" + name + "[];\n";
      number = 0;
    }
    last = name;
    rows += "      {{Program(" + std::to_string(int(module.program)) + "), " + std::to_string(module.variant) + ", " +
            (module.elementStores ? "true, " : "false, ") + (module.texelReads ? "true" : "false") + "}, spirv::all_" +
            name + "[" + std::to_string(number++) + "]},\n";
  }
  return written(
      file, "#include \"kernels/gpu/spirv/spirv.h\"\n\nnamespace trireme::gpu {\nnamespace spirv {\n" + declarations +
                "}\nstd::span<const SpirvModule> spirvModules() {\n  static const SpirvModule kModules[] = {\n" + rows +
                "  };\n  return kModules;\n}\n}\n");
}

}  // namespace
}  // namespace trireme::gpu

int main(int count, char** words) {
  using namespace trireme::gpu;
  if (count == 3) return writeList(modulesWith(words[1]), words[2]);
  if (count == 5) return writeProgram(modulesWith(words[1]), words[2], words[3], words[4]);
  std::fprintf(stderr, "usage: make_spirv FEATURES NAME COMPILER FILE, or make_spirv FEATURES FILE\n");
  return 2;
}
