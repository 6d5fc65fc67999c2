#include "tests/support/shared_files.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace trireme::support {
namespace {

constexpr const char* kModels = "TRIREME_TEST_MODELS";
constexpr const char* kData = "TRIREME_TEST_DATA";
constexpr const char* kOps = "TRIREME_TEST_OPS";

std::optional<std::filesystem::path> folder(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || !std::filesystem::is_directory(value)) return std::nullopt;
  return std::filesystem::path(value);
}

}  // namespace

std::optional<std::filesystem::path> modelsFolder() { return folder(kModels); }
std::optional<std::filesystem::path> dataFolder() { return folder(kData); }
std::optional<std::filesystem::path> opsFolder() { return folder(kOps); }

std::string missing() {
  std::string names;
  for (const char* variable : {kModels, kData, kOps}) {
    if (!folder(variable)) names += (names.empty() ? "" : ", ") + std::string(variable);
  }
  return names + " does not name a folder";
}

std::vector<std::filesystem::path> modelFiles(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".tflite") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::byte> fileBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<double> numbers(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<double> found;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && std::isalpha(static_cast<unsigned char>(line[0]))) continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream words(line);
    for (double number; words >> number;) found.push_back(number);
  }
  return found;
}

std::vector<std::byte> npyBytes(const std::filesystem::path& path) {
  const std::vector<std::byte> all = fileBytes(path);
  constexpr size_t kLengthAt = 8;
  if (all.size() < 10) return {};
  const size_t begin = 10 + size_t(all[kLengthAt]) + 256 * size_t(all[kLengthAt + 1]);
  return {all.begin() + ptrdiff_t(std::min(begin, all.size())), all.end()};
}

}  // namespace trireme::support
