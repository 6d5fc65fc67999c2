#pragma once

#include <optional>

#include "core/run/host_block.h"
#include "core/run/program.h"

namespace trireme::run {

// Whose fault it was that something could not be made. kHost: the host has no memory left.
struct SetupFailure {
  Status status;
  uint32_t delegate = kHost;
  uint32_t partition = kNoPartition;  // that could not be bound
};

// The caller's memory in place of a slot of the first two arenas. Only partitions in host memory may touch the slot.
struct Borrowed {
  Slot slot;
  std::span<std::byte> memory;
};

// A frame's arenas on all devices, imported where the plan says so. Freed in reverse order.
class FrameMemory {
 public:
  // `given[a]`, where not null, is the memory of arena `a`; all of the interpreter's life time must be given.
  static std::optional<SetupFailure> create(const Program& program, std::vector<std::shared_ptr<HostBlock>> given,
                                            std::vector<Borrowed> borrowed, std::unique_ptr<FrameMemory>& memory);
  std::span<std::byte> host(const Slot& slot) const;  // only in host arenas
  // As that delegate sees it. The slot may be empty.
  BufferView view(const Slot& slot, uint32_t delegate) const;

 private:
  struct Room {
    std::shared_ptr<HostBlock> block;         // null: on a device
    std::unique_ptr<Buffer> own;              // the host's or the device's
    std::vector<std::unique_ptr<Buffer>> of;  // imports, in the order of the arena's users
  };
  struct Loan {
    Borrowed borrowed;
    std::unique_ptr<Buffer> buffer;
  };
  explicit FrameMemory(const Program& program) : program_(program) {}
  std::optional<SetupFailure> addHost(const Arena& arena, std::shared_ptr<HostBlock> given);
  std::optional<SetupFailure> addDevice(const Arena& arena);
  const Loan* loanOf(const Slot& slot) const;

  const Program& program_;
  std::vector<Room> rooms_;
  std::vector<Loan> loans_;
};

}  // namespace trireme::run
