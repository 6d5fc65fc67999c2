#include <gmock/gmock.h>

#include "tests/fuzz/sample_models.h"
#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::AnyOf;
using ::testing::StartsWith;

// Loads, or is refused in a sentence: nothing else may happen, and the sanitizers look. True: it loaded.
bool survives(std::span<const std::byte> bytes) {
  // In memory of exactly this size, so that a byte read behind it is seen.
  const std::vector<std::byte> exact(bytes.begin(), bytes.end());
  const LoadedModel model = Model::fromBuffer(exact);
  if (model.ok()) {
    for (const std::string& file : model.value()->metadataFiles()) (void)model.value()->metadata(file).ok();
    return true;
  }
  EXPECT_FALSE(model.status().message().empty());
  EXPECT_THAT(model.status().code(), AnyOf(Code::InvalidModel, Code::Unsupported, Code::OutOfMemory));
  return false;
}

TEST(BrokenFiles, RefusesNothing) { EXPECT_EQ(refusal(std::vector<std::byte>()), "not a .tflite file: it is empty"); }

TEST(BrokenFiles, RefusesOtherFiles) {
  const std::string text = "PK\x03\x04 this is a zip archive";
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_THAT(refusal({bytes.begin(), bytes.end()}), StartsWith("not a .tflite file: bytes 4 to 7 are ' thi'"));
}

TEST(BrokenFiles, SurvivesEveryLengthOfEveryModel) {
  for (const samples::Sample& sample : samples::sampleModels()) {
    const std::vector<std::byte> file = samples::fileOf(sample);
    for (size_t length = 0; length < file.size(); ++length) survives(std::span(file).first(length));
  }
}

TEST(BrokenFiles, SaysThatAFileWithoutItsHeadIsDamaged) {
  const std::vector<std::byte> file = HandMade{}.file();
  EXPECT_THAT(refusal({file.begin(), file.begin() + 64}), StartsWith("damaged .tflite file"));
}

TEST(BrokenFiles, SurvivesEveryFlippedBitOfASmallModel) {
  HandMade made;
  made.signatures = {{}};
  std::vector<std::byte> file = made.file();
  size_t loaded = 0;
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1 << bit % 8);
    file[bit / 8] ^= mask;
    loaded += survives(file) ? 1 : 0;
    file[bit / 8] ^= mask;
  }
  // Most bits matter; those of constants, names and padding do not.
  EXPECT_GT(loaded, 0u);
  EXPECT_LT(loaded, file.size() * 8);
}

TEST(BrokenFiles, SurvivesEveryByteSetToExtremesInEveryModel) {
  for (const samples::Sample& sample : samples::sampleModels()) {
    std::vector<std::byte> file = samples::fileOf(sample);
    for (std::byte& byte : file) {
      const std::byte was = byte;
      for (const unsigned value : {0x00u, 0x7fu, 0x80u, 0xffu}) {
        byte = static_cast<std::byte>(value);
        survives(file);
      }
      byte = was;
    }
  }
}

}  // namespace
}  // namespace trireme
