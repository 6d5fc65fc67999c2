#pragma once

#include <filesystem>

#include "trireme/status.h"

namespace trireme::base {

// A whole file, read-only: mapped, or read once into memory of its own. Its bytes live as long as it does.
class FileBytes {
 public:
  // Io with path and the system's words when it is not a readable regular file.
  static Result<std::shared_ptr<const FileBytes>> map(const std::filesystem::path& path);
  static Result<std::shared_ptr<const FileBytes>> read(const std::filesystem::path& path);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  FileBytes() = default;
  std::span<const std::byte> bytes_;
  bool mapped_ = false;
  std::unique_ptr<std::byte[]> owned_;
};

}  // namespace trireme::base
