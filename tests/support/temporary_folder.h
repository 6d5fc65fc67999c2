#pragma once

#include <filesystem>

namespace trireme::support {

// A folder that goes with its test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path onlyFile() const;  // empty when there is none, or more than one

 private:
  std::filesystem::path path_;
};

}  // namespace trireme::support
