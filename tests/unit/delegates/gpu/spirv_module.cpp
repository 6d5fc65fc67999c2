#include "tests/unit/delegates/gpu/spirv_module.h"

namespace trireme::gpu {
namespace {

// Numbers of the SPIR-V specification.
constexpr uint32_t kMagic = 0x07230203;
constexpr uint32_t kCapability = 17, kTypeImage = 25, kTypePointer = 32, kVariable = 59, kDecorate = 71,
                   kMemberDecorate = 72;
constexpr uint32_t kFloatProduct = 133, kVectorTimesScalar = 142;
constexpr uint32_t kSpecId = 1, kNonWritable = 24, kBinding = 33, kOffset = 35, kNoContraction = 42;
constexpr uint32_t kPushConstant = 9, kDimBuffer = 5, kStorage = 2;

struct Reader {
  SpirvFacts& facts;
  std::map<uint32_t, uint32_t> bindingOf, pointee;           // by variable; by pointer type
  std::map<uint32_t, std::map<uint32_t, uint32_t>> offsets;  // by type and member
  std::set<uint32_t> readOnly, exact, texels;            // types with a member that is, and variables; results; types
  std::vector<std::pair<uint32_t, uint32_t>> variables;  // type, result
  std::vector<uint32_t> products;

  void take(uint32_t operation, std::span<const uint32_t> words) {
    if (operation == kCapability) facts.capabilities.insert(words[0]);
    if (operation == kDecorate && words[1] == kSpecId) facts.specIds.insert(words[2]);
    if (operation == kDecorate && words[1] == kBinding) bindingOf[words[0]] = words[2];
    if (operation == kDecorate && words[1] == kNoContraction) exact.insert(words[0]);
    if (operation == kDecorate && words[1] == kNonWritable) readOnly.insert(words[0]);
    if (operation == kMemberDecorate && words[2] == kOffset) offsets[words[0]][words[1]] = words[3];
    if (operation == kMemberDecorate && words[2] == kNonWritable) readOnly.insert(words[0]);
    if (operation == kTypeImage && words[2] == kDimBuffer && words[6] == kStorage) texels.insert(words[0]);
    if (operation == kTypePointer) {
      pointee[words[0]] = words[2];
      if (words[1] == kPushConstant && offsets.contains(words[2])) {
        facts.paramOffsets.clear();
        for (const auto& [member, offset] : offsets[words[2]]) facts.paramOffsets.push_back(offset);
      }
    }
    if (operation == kVariable) variables.emplace_back(words[0], words[1]);
    if (operation == kFloatProduct || operation == kVectorTimesScalar) products.push_back(words[1]);
  }
  void finish() {
    for (const auto& [type, variable] : variables) {
      if (!bindingOf.contains(variable)) continue;
      facts.bindings.insert(bindingOf[variable]);
      if (texels.contains(pointee[type])) facts.texels.insert(bindingOf[variable]);
      if (!readOnly.contains(pointee[type]) && !readOnly.contains(variable)) facts.written.insert(bindingOf[variable]);
    }
    for (const uint32_t product : products) facts.exactProducts += exact.contains(product) ? 1 : 0;
    facts.products = uint32_t(products.size());
  }
};

}  // namespace

std::string readSpirv(std::span<const uint32_t> words, SpirvFacts& facts) {
  if (words.size() < 5 || words[0] != kMagic) return "no magic number";
  facts.version = words[1];
  Reader reader{facts, {}, {}, {}, {}, {}, {}, {}, {}};
  for (size_t at = 5; at < words.size();) {
    const uint32_t length = words[at] >> 16;
    if (length == 0 || at + length > words.size()) return "word " + std::to_string(at) + " starts no instruction";
    reader.take(words[at] & 0xffff, words.subspan(at + 1, length - 1));
    at += length;
  }
  reader.finish();
  return {};
}

}  // namespace trireme::gpu
