#pragma once

#include <string>
#include <vector>

#include "trireme/status.h"

namespace trireme::model {

// A file in the zip archive that may follow a model. `packed` lies in the model's bytes.
struct ZipEntry {
  std::string name;
  std::span<const std::byte> packed;
  uint32_t bytes = 0, crc = 0;
  uint16_t method = 0;
  bool encrypted = false;
};
// All files of the archive at the end of `file`, folders left out; none where there is no archive. Of two files with
// one name the later counts.
Result<std::vector<ZipEntry>> listZip(std::span<const std::byte> file);
// Unsupported when encrypted or packed otherwise than stored or deflated; OutOfMemory when it unpacks to more than
// `limitBytes`; InvalidModel when its bytes are damaged.
Result<std::vector<std::byte>> unpack(const ZipEntry& entry, size_t limitBytes);

struct StoredFile {
  std::string_view name;
  std::span<const std::byte> bytes;
};
// Appends an archive with the files as they are, without times, so that the same files give the same bytes.
Status appendZip(std::vector<std::byte>& file, std::span<const StoredFile> files);

}  // namespace trireme::model
