#include "core/base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>

namespace trireme::base {
namespace {

class FileBytesTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& text) {
    const auto path = folder_ / "file";
    std::ofstream(path) << text;
    return path;
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

std::string text(const FileBytes& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST_F(FileBytesTest, MapsAndReadsTheSameBytes) {
  const auto path = write("bytes of a file");
  EXPECT_EQ(text(*FileBytes::map(path).value()), "bytes of a file");
  EXPECT_EQ(text(*FileBytes::read(path).value()), "bytes of a file");
}

TEST_F(FileBytesTest, KeepsReadBytesWhenTheFileChanges) {
  const auto path = write("before");
  const auto file = FileBytes::read(path).value();
  write("after!");
  EXPECT_EQ(text(*file), "before");
}

TEST_F(FileBytesTest, TakesAnEmptyFile) {
  const auto path = write("");
  EXPECT_TRUE(FileBytes::map(path).value()->bytes().empty());
  EXPECT_TRUE(FileBytes::read(path).value()->bytes().empty());
}

TEST_F(FileBytesTest, NamesThePathThatIsMissing) {
  const auto path = folder_ / "nobody";
  const Status status = FileBytes::map(path).status();
  EXPECT_EQ(status.code(), Code::Io);
  EXPECT_EQ(status.message(), "cannot open '" + path.string() + "': No such file or directory");
  EXPECT_FALSE(FileBytes::read(path).ok());
}

TEST_F(FileBytesTest, RefusesFoldersAndPipesWithoutHanging) {
  EXPECT_NE(FileBytes::map(folder_).status().message().find("it is a folder"), std::string_view::npos);
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(FileBytes::read(pipe).status().message().find("not a regular file"), std::string_view::npos);
}

}  // namespace
}  // namespace trireme::base
