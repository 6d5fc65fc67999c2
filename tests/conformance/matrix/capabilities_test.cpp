#include "tests/conformance/matrix/capabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

// docs/capabilities.md says what the delegates say. TRIREME_WRITE_CAPABILITIES=1 writes it.
namespace trireme::conformance::matrix {
namespace {

const std::filesystem::path& file() {
  static const std::filesystem::path kFile = std::filesystem::path(TRIREME_SOURCE_FOLDER) / "docs/capabilities.md";
  return kFile;
}

std::string fileText() {
  std::ifstream stream(file());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

const Capabilities& asked() {
  static const Capabilities kAsked = askAll();
  return kAsked;
}

TEST(Capabilities, ThePageSaysWhatTheDelegatesSay) {
  if (std::getenv("TRIREME_WRITE_CAPABILITIES") != nullptr) {
    for (const auto& [column, why] : asked().missing) {
      FAIL() << "not written: the column " << column << " would be lost: " << why;
    }
    std::ofstream(file()) << pageOf(asked());
  }
  const Capabilities page = readPage(fileText());
  EXPECT_EQ(asked().columns, page.columns);
  EXPECT_EQ(asked().rows, page.rows);
  size_t differ = 0;
  for (const auto& [column, rows] : asked().cells) {
    const auto found = page.cells.find(column);
    ASSERT_NE(page.cells.end(), found) << column << " is not in the page";
    const bool bound = std::count(asked().deviceBound.begin(), asked().deviceBound.end(), column) > 0;
    for (const auto& [row, entry] : rows) {
      if (bound && lacksFeature(entry)) continue;
      const auto stated = found->second.find(row);
      if (stated != found->second.end() && stated->second == entry) continue;
      if (++differ <= 10) ADD_FAILURE() << row << " on " << column << ": it is " << entry;
    }
  }
  EXPECT_EQ(0u, differ)
      << "entries differ; TRIREME_WRITE_CAPABILITIES=1 build/ci/bin/test_capabilities writes the page";
  // The words too, where every column can be made.
  if (asked().missing.empty() && asked().deviceBound.empty()) {
    EXPECT_EQ(pageOf(asked()), fileText());
  }
}

// A column whose delegate this machine has not is left alone, and said.
TEST(Capabilities, EveryColumnIsCompared) {
  std::string missing;
  for (const auto& [column, why] : asked().missing) missing += column + ": " + why + "\n";
  for (const std::string& column : asked().deviceBound) missing += column + ": the device lacks a feature\n";
  if (!missing.empty()) GTEST_SKIP() << missing;
}

TEST(Capabilities, APageIsReadAsItIsWritten) {
  Capabilities one;
  one.columns = {"a", "b"};
  one.rows = {"ADD float32", "SUB int8"};
  for (const std::string& column : one.columns) {
    one.cells[column] = {{"ADD float32", "yes"}, {"SUB int8", "3 of 4: Rank, Limit"}};
  }
  const Capabilities read = readPage(pageOf(one));
  EXPECT_EQ(one.columns, read.columns);
  EXPECT_EQ(one.rows, read.rows);
  EXPECT_EQ(one.cells, read.cells);
}

// The CPU takes whatever a model may hold.
TEST(Capabilities, TheCpuTakesEveryCell) {
  for (const auto& [row, entry] : asked().cells.at("cpu")) EXPECT_EQ("yes", entry) << row;
}

}  // namespace
}  // namespace trireme::conformance::matrix
