#include "core/run/host_block.h"

#include <cstring>
#include <new>
#include <string>

namespace trireme::run {

Result<std::shared_ptr<HostBlock>> HostBlock::create(size_t bytes, size_t alignment, std::byte fill) {
  auto* memory =
      static_cast<std::byte*>(::operator new[](bytes == 0 ? 1 : bytes, std::align_val_t(alignment), std::nothrow));
  if (!memory) return Status::error(Code::OutOfMemory, "the host has no " + std::to_string(bytes) + " bytes left");
  if (bytes > 0) std::memset(memory, int(fill), bytes);
  return std::shared_ptr<HostBlock>(new HostBlock({memory, bytes}, alignment));
}

HostBlock::~HostBlock() { ::operator delete[](bytes_.data(), std::align_val_t(alignment_)); }

}  // namespace trireme::run
