#include "core/base/check.h"
#include "kernels/gpu/program.h"
#include "kernels/gpu/source_parts.h"
#include "kernels/gpu/texts.h"

namespace trireme::gpu {
namespace {

// Puts definitions before a program's text and takes them back after it.
class Definitions {
 public:
  void add(const std::string& name, const std::string& value) {
    before_ += "#define " + name + " " + value + "\n";
    after_ += "#undef " + name + "\n";
  }
  std::string around(std::string_view text) const { return before_ + std::string(text) + after_; }

 private:
  std::string before_, after_;
};

std::string paramsType(const std::string& function, const ProgramInfo& info) {
  std::string text = "typedef struct {";
  for (const ParamInfo& param : info.params) text += (param.isFloat ? " float " : " int ") + param.name + ";";
  return text + " } " + function + "_params;\n";
}

std::string kernelOf(const KernelKey& key) {
  const ProgramInfo& info = programInfo(key.program);
  TRIREME_CHECK(key.constants.size() == info.constants.size(), "a kernel key has a value a constant");
  const std::string function = functionName(key);
  Definitions definitions;
  definitions.add("KERNEL_NAME", function);
  definitions.add("PARAMS_TYPE", function + "_params");
  definitions.add("BUFFERS", interfaceOf(info));
  definitions.add("LOCAL_X", std::to_string(key.local[0]));
  definitions.add("LOCAL_Y", std::to_string(key.local[1]));
  definitions.add("LOCAL_Z", std::to_string(key.local[2]));
  for (size_t i = 0; i < key.constants.size(); ++i) {
    definitions.add(info.constants[i].name, "(" + std::to_string(key.constants[i]) + ")");
  }
  for (const auto& [name, value] : definitionsOf(info.variants[key.variant])) definitions.add(name, value);
  return paramsType(function, info) + definitions.around(info.text);
}

}  // namespace

std::string interfaceOf(const ProgramInfo& info) {
  std::string text;
  for (size_t i = 0; i < info.buffers.size(); ++i) {
    const BufferInfo& buffer = info.buffers[i];
    text += std::string(buffer.written ? "OUT(" : "IN(") + std::to_string(i) + ", " + buffer.storage + ", " +
            buffer.name + ") ";
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> definitionsOf(std::string_view variant) {
  std::vector<std::pair<std::string, std::string>> all;
  while (!variant.empty()) {
    const size_t length = std::min(variant.find(' '), variant.size());
    const std::string_view one = variant.substr(0, length);
    const size_t equals = one.find('=');
    TRIREME_CHECK(equals != std::string_view::npos, "a variant is NAME=VALUE, blank between them");
    all.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    variant.remove_prefix(std::min(length + 1, variant.size()));
  }
  return all;
}

std::string openClSource(std::span<const KernelKey> keys, uint32_t vectorWidth) {
  std::string source = "#define V " + std::to_string(vectorWidth) + "\n";
  source += textOf("prelude_values.h");
  source += textOf("prelude_opencl.h");
  source += textOf("fixed_point.gpu");
  source += textOf("activation.gpu");
  source += textOf("matrix_tiles.gpu");
  for (const KernelKey& key : keys) source += kernelOf(key);
  return source;
}

uint64_t sourcesHash() {
  uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits
  for (const Text& text : texts()) {
    for (char letter : text.text) hash = (hash ^ uint8_t(letter)) * 1099511628211u;
  }
  for (const ProgramInfo& info : programs()) {
    for (char letter : interfaceOf(info) + paramsType(std::string(info.name), info)) {
      hash = (hash ^ uint8_t(letter)) * 1099511628211u;
    }
  }
  return hash;
}

}  // namespace trireme::gpu
