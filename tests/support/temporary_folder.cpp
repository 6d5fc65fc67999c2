#include "tests/support/temporary_folder.h"

#include <stdlib.h>

#include <string>
#include <vector>

namespace trireme::support {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "trireme-test-XXXXXX").string();
  path_ = mkdtemp(name.data()) ? name : std::string();
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}
std::filesystem::path TemporaryFolder::onlyFile() const {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) files.push_back(entry.path());
  return files.size() == 1 ? files[0] : std::filesystem::path();
}

}  // namespace trireme::support
