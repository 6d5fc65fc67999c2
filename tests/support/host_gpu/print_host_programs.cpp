// Prints C++ that compiles GPU programs for the host.
// Usage: print_host_programs NAME   one program, for all its variants and vector widths
//        print_host_programs        the list of all
#include <cstdio>
#include <cstring>
#include <string>

#include "kernels/gpu/program.h"

namespace trireme::gpu {
namespace {

constexpr int kWidths[] = {4, 8, 16};

void put(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::vector<std::string> definitions(const std::string& variant) {
  std::vector<std::string> names;
  size_t at = 0;
  while (at < variant.size()) {
    const size_t end = std::min(variant.find(' ', at), variant.size()), equals = variant.find('=', at);
    names.push_back(variant.substr(at, equals - at));
    put("#define " + names.back() + " " + variant.substr(equals + 1, end - equals - 1) + "\n");
    at = end + 1;
  }
  return names;
}

std::string typeName(const ProgramInfo& info) {
  std::string type;
  bool capital = true;
  for (char letter : info.name) {
    if (letter != '_') type += capital ? char(letter - 'a' + 'A') : letter;
    capital = letter == '_';
  }
  return type;
}

std::string nameSpace(const ProgramInfo& info, int width, size_t variant) {
  return std::string(info.name) + "_" + std::to_string(width) + "_" + std::to_string(variant);
}

void printVariant(const ProgramInfo& info, int width, size_t variant) {
  put("#define V " + std::to_string(width) + "\n");
  const std::vector<std::string> names = definitions(info.variants[variant]);
  put("namespace trireme::gpu::host::" + nameSpace(info, width, variant) + " {\nnamespace {\n");
  put("using vec = Lanes<float, V>;\nusing ivec = Lanes<int, V>;\nusing bvec = ivec;\n#include "
      "\"kernels/gpu/fixed_point.gpu\"\n#include "
      "\"kernels/gpu/activation.gpu\"\n#include \"kernels/gpu/matrix_tiles.gpu\"\n");
  put("struct Invocation {\n  const Item& item;\n  const " + typeName(info) + "Params& p;\n");
  for (const BufferInfo& buffer : info.buffers) put("  Memory<TYPE_OF(" + buffer.storage + ")> " + buffer.name + ";\n");
  for (const ConstantInfo& constant : info.constants) put("  int " + constant.name + ";\n");
  put("  void run();\n};\n#include \"kernels/gpu/" + std::string(info.name) + ".gpu\"\n}\n");
  put("void run(const HostCall& call, const Item& item) {\n  Invocation invocation{item, *reinterpret_cast<const " +
      typeName(info) + "Params*>(call.params),\n");
  for (size_t i = 0; i < info.buffers.size(); ++i) {
    const std::string type = "TYPE_OF(" + info.buffers[i].storage + ")", n = std::to_string(i);
    put("    {reinterpret_cast<" + type + "*>(call.buffers[" + n + "].data), int64_t(call.buffers[" + n +
        "].bytes / sizeof(" + type + ")), \"" + info.buffers[i].name + "\", {call.buffers[" + n +
        "].writers}, item.number},\n");
  }
  for (size_t i = 0; i < info.constants.size(); ++i) put("    call.constants[" + std::to_string(i) + "],\n");
  put("  };\n  invocation.run();\n}\n}\n#undef V\n");
  for (const std::string& name : names) put("#undef " + name + "\n");
}

// The variants that C++ has too.
std::vector<size_t> variantsOf(const ProgramInfo& info) {
  const auto program = Program(&info - programs().data());
  std::vector<size_t> numbers;
  for (size_t variant = 0; variant < info.variants.size(); ++variant) {
    if (isPortable(program, uint16_t(variant))) numbers.push_back(variant);
  }
  return numbers;
}

void printProgram(const ProgramInfo& info) {
  put("#include \"kernels/gpu/prelude_host.h\"\n#include \"tests/support/host_gpu/host_programs.h\"\n");
  for (int width : kWidths) {
    for (const size_t variant : variantsOf(info)) printVariant(info, width, variant);
  }
  put("namespace trireme::gpu::host {\nextern const HostProgram k" + typeName(info) + "Programs[] = {\n");
  for (int width : kWidths) {
    for (const size_t variant : variantsOf(info)) {
      put("    {\"" + std::string(info.name) + "\", " + std::to_string(width) + ", " + std::to_string(variant) + ", " +
          nameSpace(info, width, variant) + "::run},\n");
    }
  }
  put("};\n}\n");
}

void printList() {
  put("#include \"tests/support/host_gpu/host_programs.h\"\nnamespace trireme::gpu::host {\n");
  std::string rows;
  for (const ProgramInfo& info : programs()) {
    const std::string count = std::to_string(variantsOf(info).size() * std::size(kWidths));
    put("extern const HostProgram k" + typeName(info) + "Programs[" + count + "];\n");
    rows += "    k" + typeName(info) + "Programs,\n";
  }
  put("namespace {\nconst std::span<const HostProgram> kAll[] = {\n" + rows + "};\n}\n");
  put("std::span<const std::span<const HostProgram>> hostPrograms() { return kAll; }\n}\n");
}

}  // namespace
}  // namespace trireme::gpu

int main(int count, char** words) {
  if (count < 2) {
    trireme::gpu::printList();
    return 0;
  }
  for (const trireme::gpu::ProgramInfo& info : trireme::gpu::programs()) {
    if (info.name == words[1]) {
      trireme::gpu::printProgram(info);
      return 0;
    }
  }
  std::fprintf(stderr, "there is no GPU program '%s'\n", words[1]);
  return 1;
}
