#include "tools/output.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace trireme::tools {
namespace {

TEST(SafeName, KeepsLettersAndReplacesTheRest) {
  EXPECT_EQ(safeName("Identity_1:0"), "Identity_1_0");
  EXPECT_EQ(safeName("a/b c\xc3\xa4"), "a_b_c__");
  EXPECT_EQ(safeName(std::string(200, 'x')).size(), 100u);
}

TEST(WriteFile, WritesAllAndLeavesNothingBesides) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "write_file";
  ASSERT_TRUE(makeFolder(folder).ok());
  ASSERT_TRUE(writeFile(folder / "a", "words").ok());
  EXPECT_EQ(readText(folder / "a").value(), "words");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST(WriteFile, NamesThePathThatCannotBeWritten) {
  const Status status = writeFile("/no/such/folder/file", "words");
  EXPECT_EQ(status.code(), Code::Io);
  EXPECT_EQ(status.message(), "cannot write '/no/such/folder/file': No such file or directory");
  EXPECT_FALSE(writeFile("/dev/full", "words").ok());
}

TEST(MakeFolder, RefusesAFileInItsPlace) {
  const auto path = std::filesystem::path(testing::TempDir()) / "not_a_folder";
  ASSERT_TRUE(writeFile(path, "words").ok());
  EXPECT_FALSE(makeFolder(path).ok());
  EXPECT_FALSE(makeFolder(path / "below").ok());
}

}  // namespace
}  // namespace trireme::tools
