#include "tools/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/commands.h"
#include "tools/interrupt.h"

namespace trireme::tools {
namespace {

Status cannot(const char* what, const std::filesystem::path& path, int code) {
  return Status::error(Code::Io, fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(code)));
}

bool writeAll(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(done));
  }
  return true;
}

// Pipes and devices (/dev/stdout) are written as they are: there is nothing to rename.
bool isSpecial(const std::filesystem::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

}  // namespace

Status writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const bool special = isSpecial(path);
  const std::filesystem::path part = special ? path : std::filesystem::path(path.string() + ".part");
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return cannot("write", path, errno);
  const bool written = writeAll(file, bytes);
  const int writeCode = errno;
  const bool closed = ::close(file) == 0;
  const int closeCode = errno;
  if (special) return written && closed ? Status() : cannot("write", path, written ? closeCode : writeCode);
  if (written && closed && ::rename(part.c_str(), path.c_str()) == 0) return {};
  const int code = !written ? writeCode : !closed ? closeCode : errno;
  ::unlink(part.c_str());
  return cannot("write", path, code);
}

Status writeFile(const std::filesystem::path& path, std::string_view text) {
  return writeFile(path, std::as_bytes(std::span(text.data(), text.size())));
}

Status makeFolder(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (!failure && std::filesystem::is_directory(path, failure)) return {};
  return Status::error(Code::Io, fmt::format("cannot make folder '{}': {}", path.string(),
                                             failure ? failure.message() : "a file is in its place"));
}

Result<std::string> readText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || std::filesystem::is_directory(path)) return cannot("read", path, errno ? errno : EIO);
  return text.str();
}

std::string safeName(std::string_view stem) {
  std::string name;
  for (const char c : stem.substr(0, 100)) {
    const bool kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    name += kept ? c : '_';
  }
  return name;
}

void Output::text(std::string_view words) const {
  if (options_.quiet) return;
  std::FILE* where = options_.json && options_.jsonFile.empty() ? stderr : stdout;
  fmt::print(where, "{}", words);
}

void Output::warning(std::string_view words) const {
  std::fflush(stdout);
  fmt::print(stderr, "trireme: {}\n", words);
}

Status Output::document(const nlohmann::ordered_json& document) const {
  if (!options_.json) return {};
  // Names in files may be any bytes; what is not UTF-8 is replaced rather than lost.
  const std::string text = document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (!options_.jsonFile.empty()) return writeFile(options_.jsonFile, text);
  fmt::print(stdout, "{}", text);
  if (std::fflush(stdout) != 0) return cannot("write", "standard output", errno);
  return {};
}

int Output::fail(const Status& status) {
  if (wasInterrupted()) return kInterrupted;
  std::fflush(stdout);
  fmt::print(stderr, "trireme: {}\n", status.message());
  return status.code() == Code::DeviceLost || status.code() == Code::DeadlineExceeded ? kDeviceFailed : kWrongInput;
}

}  // namespace trireme::tools
