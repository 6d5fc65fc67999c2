#include <gmock/gmock.h>

#include "tests/fuzz/sample_models.h"
#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

samples::Sample sampleWithLabels() {
  for (samples::Sample& sample : samples::sampleModels()) {
    if (!sample.options.attachments.empty()) return std::move(sample);
  }
  return {};
}

std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(AttachedFiles, AreListedAndRead) {
  const LoadedModel model = load(samples::fileOf(sampleWithLabels()));
  ASSERT_TRUE(model.ok());
  EXPECT_THAT(model.value()->metadataFiles(), ElementsAre("labels.txt", "empty"));
  const auto labels = model.value()->metadata("labels.txt");
  ASSERT_TRUE(labels.ok());
  EXPECT_EQ(textOf(labels.value()), "cat\ndog\n");
  EXPECT_EQ(model.value()->metadata("labels.txt").value().data(), labels.value().data());  // unpacked once
  EXPECT_EQ(model.value()->description(), "one of two");
}

TEST(AttachedFiles, AreRefusedByNameWhenAbsent) {
  const LoadedModel model = load(samples::fileOf(sampleWithLabels()));
  const auto nothing = model.value()->metadata("nothing");
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.status().code(), Code::InvalidArgument);
  EXPECT_EQ(nothing.status().message(), "the model has no metadata 'nothing'");
}

TEST(AttachedFiles, StandBesideTheBuffersOfTheMetadata) {
  HandMade made;
  made.buffers.push_back({{'1', '.', '5'}, 0, 0});
  made.metadata = {{"min_runtime_version", 2}};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(model.value()->metadataFiles().empty());
  EXPECT_EQ(textOf(model.value()->metadata("min_runtime_version").value()), "1.5");
}

TEST(AttachedFiles, RefuseAModelWhoseArchiveIsDamaged) {
  std::vector<std::byte> file = samples::fileOf(sampleWithLabels());
  file[file.size() - 10] ^= std::byte{0xff};  // the size of the directory
  EXPECT_THAT(refusal(file), HasSubstr("the archive behind the model is damaged"));
}

}  // namespace
}  // namespace trireme
