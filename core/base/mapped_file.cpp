#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace trireme::base {
namespace {

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Status failure(const std::filesystem::path& path, const char* activity) {
  const int code = errno;
  return Status::error(Code::Io, fmt::format("cannot {} '{}': {}", activity, path.string(), std::strerror(code)));
}

// Opens a regular file and says how long it is.
Result<size_t> openRegular(const std::filesystem::path& path, Descriptor& file) {
  // Without O_NONBLOCK a named pipe would hang here.
  file.value = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.value < 0) return failure(path, "open");
  struct stat facts {};
  if (::fstat(file.value, &facts) != 0) return failure(path, "look at");
  if (S_ISDIR(facts.st_mode)) {
    return Status::error(Code::Io, fmt::format("cannot read '{}': it is a folder", path.string()));
  }
  if (!S_ISREG(facts.st_mode)) {
    return Status::error(Code::Io, fmt::format("cannot read '{}': it is not a regular file", path.string()));
  }
  return static_cast<size_t>(facts.st_size);
}

}  // namespace

Result<std::shared_ptr<const FileBytes>> FileBytes::map(const std::filesystem::path& path) {
  Descriptor descriptor;
  TRIREME_ASSIGN(const size_t size, openRegular(path, descriptor));
  std::shared_ptr<FileBytes> file(new FileBytes);
  if (size == 0) return std::shared_ptr<const FileBytes>(std::move(file));  // mmap refuses empty files
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value, 0);
  if (start == MAP_FAILED) return failure(path, "map");
  file->mapped_ = true;
  file->bytes_ = {static_cast<const std::byte*>(start), size};
  return std::shared_ptr<const FileBytes>(std::move(file));
}

Result<std::shared_ptr<const FileBytes>> FileBytes::read(const std::filesystem::path& path) {
  Descriptor descriptor;
  TRIREME_ASSIGN(const size_t size, openRegular(path, descriptor));
  std::shared_ptr<FileBytes> file(new FileBytes);
  file->owned_.reset(new (std::nothrow) std::byte[size]);
  if (!file->owned_) {
    return Status::error(Code::OutOfMemory, fmt::format("no memory for the {} bytes of '{}'", size, path.string()));
  }
  size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(descriptor.value, file->owned_.get() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(path, "read");
    if (got == 0) break;  // shortened while we read: what is left is what there is
    done += static_cast<size_t>(got);
  }
  file->bytes_ = {file->owned_.get(), done};
  return std::shared_ptr<const FileBytes>(std::move(file));
}

FileBytes::~FileBytes() {
  if (mapped_) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace trireme::base
