#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "trireme/status.h"

namespace trireme::tools {

// Writes the file whole or not at all (beside it first, then renamed). Io with the path and the system's words.
Status writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes);
Status writeFile(const std::filesystem::path& path, std::string_view text);
Status makeFolder(const std::filesystem::path& path);
Result<std::string> readText(const std::filesystem::path& path);
// `stem` as a file name: ASCII letters, digits, '.', '-', '_' kept, every other byte '_', cut at 100.
std::string safeName(std::string_view stem);

// Where a command's words go.
struct OutputOptions {
  bool quiet = false, verbose = false;
  bool json = false;
  std::string jsonFile;  // empty: standard output, and text goes to standard error
};
class Output {
 public:
  explicit Output(OutputOptions options) : options_(std::move(options)) {}
  const OutputOptions& options() const { return options_; }
  void text(std::string_view words) const;     // for people; nothing when quiet
  void warning(std::string_view words) const;  // on standard error
  // The command's JSON, to where --json says; nothing without --json.
  Status document(const nlohmann::ordered_json& document) const;
  // Says the failure on standard error and gives the exit code that it means.
  static int fail(const Status& status);

 private:
  OutputOptions options_;
};

}  // namespace trireme::tools
