#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernels/gpu/program.h"

namespace trireme::gpu {
namespace {

// Each variant twice: constants at their least, and at their most.
std::vector<KernelKey> everyKernel() {
  std::vector<KernelKey> keys;
  for (size_t program = 0; program < programs().size(); ++program) {
    const ProgramInfo& info = programs()[program];
    for (size_t variant = 0; variant < info.variants.size(); ++variant) {
      if (!isPortable(Program(program), uint16_t(variant))) continue;
      KernelKey least{Program(program), uint16_t(variant), {1, 8, 1}, {}}, most = least;
      for (const ConstantInfo& constant : info.constants) {
        least.constants.push_back(constant.least);
        most.constants.push_back(constant.most);
      }
      keys.push_back(least);
      if (most != least) keys.push_back(most);
    }
  }
  return keys;
}

// What the compiler says; empty when it takes the text.
std::string compile(const std::string& source, const std::string& name) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / (name + ".cl");
  const std::filesystem::path log = std::filesystem::path(testing::TempDir()) / (name + ".log");
  std::ofstream(file) << source;
  const std::string command = std::string(TRIREME_CLANG) +
                              " -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -target spir64 -Wall "
                              "-Wno-unused-function -Werror -fsyntax-only \"" +
                              file.string() + "\" > \"" + log.string() + "\" 2>&1";
  const int code = std::system(command.c_str());
  std::stringstream text;
  text << std::ifstream(log).rdbuf();
  if (code != 0 && text.str().empty()) text << command << " ended with " << code;
  std::filesystem::remove(file);
  std::filesystem::remove(log);
  return code == 0 ? "" : text.str().substr(0, 2000);
}

class Programs : public testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    if (std::string_view(TRIREME_CLANG).empty()) GTEST_SKIP() << "clang was not found when this was configured";
  }
};

TEST_P(Programs, EveryVariantIsOpenClC) {
  const std::string name = "every_gpu_program_" + std::to_string(GetParam());
  EXPECT_EQ("", compile(openClSource(everyKernel(), GetParam()), name));
}

TEST_P(Programs, AMistakeInATextIsFound) {
  const std::string broken = openClSource(everyKernel(), GetParam()) + "int f(void) { return V + missing; }\n";
  EXPECT_NE(std::string::npos, compile(broken, "broken_gpu_program_" + std::to_string(GetParam())).find("missing"));
}

INSTANTIATE_TEST_SUITE_P(Width, Programs, testing::Values(4u, 8u, 16u));

}  // namespace
}  // namespace trireme::gpu
