#include <gmock/gmock.h>

#include "core/model/writer.h"
#include "tests/support/shared_files.h"
#include "tests/unit/core/model/difference.h"
#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

// Loads every file of a folder, writes it and loads that: the graphs must not differ.
void checkFolder(const std::filesystem::path& folder) {
  size_t files = 0;
  for (const std::filesystem::path& path : support::modelFiles(folder)) {
    const LoadedModel model = Model::fromFile(path);
    // A tensor that nothing writes and an operator reads: broken, and refused for that.
    if (path.filename() == "blockwise_quantized.tflite") {
      EXPECT_FALSE(model.ok());
      continue;
    }
    ASSERT_TRUE(model.ok()) << model.status().message();
    const auto written = model::writeModel(model.value()->subgraphs(), model.value()->signatures());
    if (written.status().code() == Code::Unsupported) {  // options that were not read: never written without them
      EXPECT_THAT(std::string(written.status().message()), testing::HasSubstr("is not implemented, so the options"));
      continue;
    }
    ASSERT_TRUE(written.ok()) << path << ": " << written.status().message();
    ++files;
    const LoadedModel again = Model::fromBuffer(written.value());
    ASSERT_TRUE(again.ok()) << path << ": " << again.status().message();
    ASSERT_EQ(again.value()->subgraphs().size(), model.value()->subgraphs().size()) << path;
    for (size_t i = 0; i < model.value()->subgraphs().size(); ++i) {
      EXPECT_EQ(difference(model.value()->subgraphs()[i], again.value()->subgraphs()[i]), "") << path;
    }
    EXPECT_EQ(again.value()->signatures().size(), model.value()->signatures().size()) << path;
  }
  EXPECT_GT(files, 30u);
}

TEST(SharedModels, AllLoadAndSurviveTheWriter) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  checkFolder(*folder);
}

TEST(SharedModels, AllOpFilesLoadAndSurviveTheWriter) {
  const auto folder = support::opsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  checkFolder(*folder);
}

TEST(SharedModels, LabelFilesAreFoundBehindTheModels) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  const LoadedModel model = Model::fromFile(*folder / "coral" / "mobilenet_v1_0.25_128_quant.tflite");
  ASSERT_TRUE(model.ok());
  ASSERT_EQ(model.value()->metadataFiles().size(), 1u);
  EXPECT_EQ(model.value()->metadataFiles()[0], "imagenet_labels.txt");
  EXPECT_EQ(model.value()->metadata("imagenet_labels.txt").value().size(), 21686u);
}

// Bits of real files, at places that a fixed sequence chooses.
TEST(SharedModels, SurviveFlippedBits) {
  const auto folder = support::opsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  uint32_t state = 1;
  for (const std::filesystem::path& path : support::modelFiles(*folder)) {
    std::vector<std::byte> file = support::fileBytes(path);
    if (file.size() > 100'000) continue;
    for (int round = 0; round < 60; ++round) {
      state = state * 1664525u + 1013904223u;
      std::byte& byte = file[(state >> 4) % file.size()];
      byte ^= static_cast<std::byte>(1u << (state >> 29));
      const LoadedModel model = Model::fromBuffer(file);  // flips gather
      EXPECT_TRUE(model.ok() || !model.status().message().empty());
    }
  }
}

}  // namespace
}  // namespace trireme
