#include "kernels/gpu/program.h"

#include <algorithm>
#include <cctype>

#include "core/base/check.h"
#include "kernels/gpu/source_parts.h"
#include "kernels/gpu/texts.h"

namespace trireme::gpu {
namespace {

// A line of programs.inc as text.
struct Line {
  std::string_view name, buffers, params, constants, variants;
};
#define PROGRAM(name, buffers, params, constants, variants) {#name, #buffers, #params, #constants, variants},
constexpr Line kLines[] = {
#include "kernels/gpu/programs.inc"
};
#undef PROGRAM

// "IN(0, D, src) OUT(1, D, dst)" as {"IN", "0", "D", "src"}, {"OUT", ...}.
using Words = std::vector<std::string>;
std::vector<Words> elements(std::string_view text) {
  std::vector<Words> all;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) all.back().push_back(std::move(word));
    word.clear();
  };
  bool inside = false;
  for (char letter : text) {
    if (std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || letter == '-') {
      if (!inside && word.empty()) all.emplace_back();
      word += letter;
    } else {
      if (letter == '(') inside = true;
      end();
      if (letter == ')') inside = false;
    }
  }
  return all;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t length = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return parts;
}

// "DepthwiseConv" is the file depthwise_conv.
std::string fileName(std::string_view name) {
  std::string file;
  for (char letter : name) {
    if (std::isupper(static_cast<unsigned char>(letter)) && !file.empty()) file += '_';
    file += char(std::tolower(static_cast<unsigned char>(letter)));
  }
  return file;
}

ProgramInfo read(const Line& line) {
  ProgramInfo info;
  const std::string file = fileName(line.name) + ".gpu";
  for (const Text& text : texts()) {
    if (text.file != file) continue;
    info.name = text.file.substr(0, text.file.size() - 4);
    info.text = text.text;
  }
  TRIREME_CHECK(!info.text.empty(), "every program of programs.inc has its file");
  for (const Words& words : elements(line.buffers)) {
    TRIREME_CHECK(std::stoul(words[1]) == info.buffers.size(), "bindings are numbered in order");
    info.buffers.push_back({words[2], words[3], words[0] == "OUT"});
  }
  for (const Words& words : elements(line.params)) info.params.push_back({words[1], words[0] == "FLOAT"});
  for (const Words& words : elements(line.constants)) {
    info.constants.push_back({words[1], std::stoi(words[2]), std::stoi(words[3])});
  }
  info.variants = split(line.variants, '|');
  if (info.variants.empty()) info.variants.emplace_back();  // one, without definitions
  return info;
}

const std::vector<ProgramInfo>& allPrograms() {
  static const std::vector<ProgramInfo> kPrograms = [] {
    std::vector<ProgramInfo> all;
    for (const Line& line : kLines) all.push_back(read(line));
    return all;
  }();
  return kPrograms;
}

}  // namespace

std::string_view textOf(std::string_view file) {
  for (const Text& text : texts()) {
    if (text.file == file) return text.text;
  }
  return {};
}

std::span<const ProgramInfo> programs() { return allPrograms(); }
const ProgramInfo& programInfo(Program program) { return allPrograms()[size_t(program)]; }

uint16_t variantOf(Program program, std::string_view definitions) {
  const std::vector<std::string>& variants = programInfo(program).variants;
  const auto found = std::find(variants.begin(), variants.end(), definitions);
  TRIREME_CHECK(found != variants.end(), "a lowering names only variants that programs.inc lists");
  return uint16_t(found - variants.begin());
}

Feature featureOf(Program program, uint16_t variant) {
  for (const auto& [name, value] : definitionsOf(programInfo(program).variants[variant])) {
    if (name == "CODES" && value == "2") return Feature::DotProducts;
    if (name == "MATRIX" && value == "1") return Feature::MatrixKhr;
    if (name == "MATRIX" && value == "2") return Feature::MatrixNv;
  }
  return Feature::None;
}

bool isPortable(Program program, uint16_t variant) {
  const Feature feature = featureOf(program, variant);
  return feature == Feature::None || feature == Feature::DotProducts;
}

std::string_view featureName(Feature feature) {
  constexpr std::string_view kNames[] = {"", "dot", "matrix-khr", "matrix-nv"};
  return kNames[size_t(feature)];
}

std::string functionName(const KernelKey& key) {
  std::string name = std::string(programInfo(key.program).name) + "_" + std::to_string(key.variant);
  name += "_" + std::to_string(key.local[0]) + "x" + std::to_string(key.local[1]) + "x" + std::to_string(key.local[2]);
  for (int32_t constant : key.constants) {
    name += "_" + (constant < 0 ? "m" + std::to_string(-int64_t{constant}) : std::to_string(constant));
  }
  return name;
}

std::string kernelText(const KernelKey& key) {
  const ProgramInfo& info = programInfo(key.program);
  std::string text = std::string(info.name);
  if (!info.variants[key.variant].empty()) text += " " + info.variants[key.variant];
  for (size_t i = 0; i < key.constants.size(); ++i) {
    text += " " + info.constants[i].name + "=" + std::to_string(key.constants[i]);
  }
  return text + " local " + std::to_string(key.local[0]) + "x" + std::to_string(key.local[1]) + "x" +
         std::to_string(key.local[2]);
}

}  // namespace trireme::gpu
