#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernels/gpu/source_vulkan.h"
#include "tests/unit/delegates/gpu/spirv_module.h"
#if TRIREME_HAS_SPIRV
#include "kernels/gpu/spirv/spirv.h"
#endif

namespace trireme::gpu {
namespace {

constexpr uint32_t kHalves = 9, kSubgroups = 61, kDotWords = 6018, kDots = 6019, kMemoryModel = 5345, kMatrixNv = 5357,
                   kMatrixKhr = 6022;
constexpr uint32_t kShader = 1, kFloat64 = 10, kStorage16 = 4433, kStorage8 = 4448, kTexelBuffers = 47;

#if TRIREME_HAS_SPIRV
std::span<const SpirvModule> modules() { return spirvModules(); }
#else
struct SpirvModule {
  VulkanModule module;
  std::span<const uint32_t> words;
};
std::span<const SpirvModule> modules() { return {}; }
#endif

std::filesystem::path temporary(const std::string& name) { return std::filesystem::path(testing::TempDir()) / name; }

// What a command says; empty where it ends with 0.
std::string said(const std::string& command, const std::string& name) {
  const std::filesystem::path log = temporary(name + ".log");
  const int code = std::system((command + " > \"" + log.string() + "\" 2>&1").c_str());
  std::stringstream text;
  text << std::ifstream(log).rdbuf();
  std::filesystem::remove(log);
  if (code == 0) return {};
  return text.str().empty() ? command + " ended with " + std::to_string(code) : text.str().substr(0, 2000);
}

std::string compiled(const std::string& source, const std::string& name) {
  const std::filesystem::path file = temporary(name + ".comp"), module = temporary(name + ".spv");
  std::ofstream(file) << source;
  const std::string answer = said(std::string(TRIREME_GLSLANG) + " -V --target-env vulkan1.1 -w -o \"" +
                                      module.string() + "\" \"" + file.string() + "\"",
                                  name);
  std::filesystem::remove(file);
  std::filesystem::remove(module);
  return answer;
}

// Whether the list, with commas, has this feature's name.
bool listed(std::string_view list, Feature feature) {
  const std::string all = "," + std::string(list) + ",";
  return feature != Feature::None && all.find("," + std::string(featureName(feature)) + ",") != std::string::npos;
}
Feature featureOf(const VulkanModule& module) { return gpu::featureOf(module.program, module.variant); }

class Spirv : public testing::Test {
 protected:
  void SetUp() override {
    if (modules().empty()) GTEST_SKIP() << "glslangValidator was not found when this was configured";
  }
};

TEST_F(Spirv, EveryVariantOfEveryProgramIsAModule) {
  std::vector<VulkanModule> expected = vulkanModules();
  std::erase_if(expected, [](const VulkanModule& module) {  // configure said so
    const Feature feature = featureOf(module);
    return feature != Feature::None && !listed(TRIREME_SPIRV_FEATURES, feature);
  });
  ASSERT_EQ(expected.size(), modules().size());
  size_t programsSeen = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(expected[i], modules()[i].module) << moduleName(expected[i]);
    EXPECT_FALSE(modules()[i].words.empty()) << moduleName(expected[i]);
    programsSeen += i == 0 || expected[i].program != expected[i - 1].program ? 1 : 0;
  }
  EXPECT_EQ(programs().size(), programsSeen) << "no program is for OpenCL alone";
}

TEST_F(Spirv, EveryModuleIsValid) {
  if (std::string_view(TRIREME_SPIRV_VAL).empty()) GTEST_SKIP() << "spirv-val was not found when this was configured";
  for (const SpirvModule& one : modules()) {
    if (listed(TRIREME_SPIRV_UNCHECKED, featureOf(one.module))) continue;
    const std::string name = moduleName(one.module);
    const std::filesystem::path file = temporary("spirv_test_" + name + ".spv");
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(one.words.data()), std::streamsize(one.words.size_bytes()));
    EXPECT_EQ("", said(std::string(TRIREME_SPIRV_VAL) + " --target-env vulkan1.1 \"" + file.string() + "\"", name))
        << name;
    std::filesystem::remove(file);
  }
}

TEST_F(Spirv, ABrokenModuleIsNotValid) {
  if (std::string_view(TRIREME_SPIRV_VAL).empty()) GTEST_SKIP() << "spirv-val was not found when this was configured";
  std::vector<uint32_t> words(modules()[0].words.begin(), modules()[0].words.end());
  words.resize(words.size() - 1);  // the end of main
  const std::filesystem::path file = temporary("spirv_test_broken.spv");
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(words.data()), std::streamsize(words.size() * sizeof(uint32_t)));
  EXPECT_NE("", said(std::string(TRIREME_SPIRV_VAL) + " --target-env vulkan1.1 \"" + file.string() + "\"", "broken"));
  std::filesystem::remove(file);
}

TEST_F(Spirv, AModuleAsksForWhatItsFormAndItsFeatureNeedAlone) {
  for (const auto& [module, words] : modules()) {
    SpirvFacts facts;
    ASSERT_EQ("", readSpirv(words, facts)) << moduleName(module);
    std::set<uint32_t> expected{kShader};
    const uint32_t bits = storedElementBits(module.program, module.variant);
    if (module.elementStores) expected.insert(bits == 8 ? kStorage8 : kStorage16);
    if (module.texelReads) expected.insert(kTexelBuffers);
    if (module.program == Program::HybridRange) expected.insert(kFloat64);
    switch (featureOf(module)) {
      case Feature::None:
        break;
      case Feature::DotProducts:
        expected.insert({kDots, kDotWords});
        break;
      case Feature::MatrixKhr:
        expected.insert({kHalves, kSubgroups, kMemoryModel, kMatrixKhr});
        break;
      case Feature::MatrixNv:
        expected.insert({kHalves, kSubgroups, kMemoryModel, kMatrixNv});
        break;
    }
    EXPECT_EQ(expected, facts.capabilities) << moduleName(module);
    EXPECT_EQ(0x00010300u, facts.version) << moduleName(module);
  }
}

TEST_F(Spirv, InterfacesAreThoseOfTheList) {
  for (const auto& [module, words] : modules()) {
    const ProgramInfo& info = programInfo(module.program);
    SpirvFacts facts;
    ASSERT_EQ("", readSpirv(words, facts)) << moduleName(module);
    std::set<uint32_t> bindings, writtenBindings, texels, specIds(std::begin(kLocalSizeIds), std::end(kLocalSizeIds));
    for (uint32_t i = 0; i < info.buffers.size(); ++i) {
      bindings.insert(i);
      if (info.buffers[i].written) writtenBindings.insert(i);
      if (module.texelReads && !info.buffers[i].written) texels.insert(i);
    }
    for (uint32_t i = 0; i < info.constants.size(); ++i) specIds.insert(kFirstConstantId + i);
    std::vector<uint32_t> offsets;
    for (uint32_t i = 0; i < info.params.size(); ++i) offsets.push_back(4 * i);
    EXPECT_EQ(bindings, std::set<uint32_t>(facts.bindings.begin(), facts.bindings.end())) << moduleName(module);
    EXPECT_EQ(writtenBindings, facts.written) << moduleName(module);
    EXPECT_EQ(texels, facts.texels) << moduleName(module);
    EXPECT_EQ(specIds, facts.specIds) << moduleName(module);
    EXPECT_EQ(offsets, facts.paramOffsets) << moduleName(module);
  }
}

TEST_F(Spirv, ExactTextsKeepEveryProductApart) {
  size_t seen = 0;
  for (const auto& [module, words] : modules()) {
    if (programInfo(module.program).text.find("EXACT_FLOATS") == std::string_view::npos) continue;
    SpirvFacts facts;
    ASSERT_EQ("", readSpirv(words, facts)) << moduleName(module);
    EXPECT_EQ(facts.products, facts.exactProducts) << moduleName(module);
    seen += facts.products;
  }
  EXPECT_LT(0u, seen);
}

TEST_F(Spirv, AMistakeInATextIsFound) {
  const std::string source = vulkanSource({Program::Unary, 0, false});
  EXPECT_EQ("", compiled(source, "spirv_test_whole"));
  EXPECT_NE(std::string::npos,
            compiled(source + "int f() { return V + missing; }\n", "spirv_test_wrong").find("missing"));
}

TEST(SpirvModules, TheWidthOfElementStoresIsReadFromTexts) {
  EXPECT_EQ(8u, storedElementBits(Program::Copy, variantOf(Program::Copy, "D=i8 S=i8")));
  EXPECT_EQ(16u, storedElementBits(Program::Copy, variantOf(Program::Copy, "D=f16 S=f32")));
  EXPECT_EQ(0u, storedElementBits(Program::Copy, variantOf(Program::Copy, "D=f32 S=f16")));
  EXPECT_EQ(0u, storedElementBits(Program::Pool, variantOf(Program::Pool, "T=i8")));
  EXPECT_EQ(0u, storedElementBits(Program::HybridRange, 0));
}

}  // namespace
}  // namespace trireme::gpu
