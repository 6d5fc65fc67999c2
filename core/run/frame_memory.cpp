#include "core/run/frame_memory.h"

#include <fmt/format.h>

#include "core/base/check.h"

namespace trireme::run {
namespace {

using Failure = std::optional<SetupFailure>;

// What memory of inner tensors starts as. NaN in every float type shows what is read before it was written.
#ifdef TRIREME_NAN_ARENAS
constexpr std::byte kFresh{0xFF};
#else
constexpr std::byte kFresh{0};
#endif

Failure checked(Result<std::unique_ptr<Buffer>> made, size_t bytes, uint32_t delegate, std::unique_ptr<Buffer>& into) {
  if (!made.ok()) return SetupFailure{made.status(), delegate};
  into = std::move(made).value();
  if (!into) return SetupFailure{Status::error(Code::DeviceLost, "it gave no buffer and no reason"), delegate};
  if (into->size() < bytes) {
    return SetupFailure{
        Status::error(Code::DeviceLost, fmt::format("it gave a buffer of {} bytes for {}", into->size(), bytes)),
        delegate};
  }
  return std::nullopt;
}

}  // namespace

std::optional<SetupFailure> FrameMemory::create(const Program& program, std::vector<std::shared_ptr<HostBlock>> given,
                                                std::vector<Borrowed> borrowed, std::unique_ptr<FrameMemory>& memory) {
  memory.reset(new FrameMemory(program));
  given.resize(program.plan.arenas.size());
  for (size_t a = 0; a < program.plan.arenas.size(); ++a) {
    const Arena& arena = program.plan.arenas[a];
    Failure failure =
        arena.home == Arena::Home::Host ? memory->addHost(arena, std::move(given[a])) : memory->addDevice(arena);
    if (failure) return failure;
  }
  for (Borrowed& one : borrowed) {
    Loan loan{one, nullptr};
    if (Failure failure = checked(hostDevice().import(one.memory), one.memory.size(), kHost, loan.buffer)) {
      return failure;
    }
    memory->loans_.push_back(std::move(loan));
  }
  return std::nullopt;
}

Failure FrameMemory::addHost(const Arena& arena, std::shared_ptr<HostBlock> given) {
  Room room;
  TRIREME_CHECK(given || arena.lifetime == Arena::Lifetime::Frame, "memory that outlives frames is given to them");
  if (!given) {
    auto made = HostBlock::create(arena.bytes, arena.alignment, kFresh);
    if (!made.ok()) return SetupFailure{made.status(), kHost};
    given = std::move(made).value();
  }
  TRIREME_CHECK(given->bytes().size() >= arena.bytes, "given memory is as large as its arena");
  room.block = std::move(given);
  const std::span<std::byte> bytes = room.block->bytes().first(arena.bytes);
  if (Failure failure = checked(hostDevice().import(bytes), bytes.size(), kHost, room.own)) return failure;
  rooms_.push_back(std::move(room));
  for (uint32_t user : arena.users) {
    Device& device = program_.delegates[user]->device();
    std::unique_ptr<Buffer> import;
    auto made = guarded("importing host memory", [&] { return device.import(bytes); });
    if (Failure failure = checked(std::move(made), bytes.size(), user, import)) return failure;
    rooms_.back().of.push_back(std::move(import));
  }
  return std::nullopt;
}

Failure FrameMemory::addDevice(const Arena& arena) {
  Room room;
  Device& device = program_.delegates[arena.users[0]]->device();
  auto made = guarded("allocating", [&] { return device.allocate(arena.bytes); });
  if (Failure failure = checked(std::move(made), arena.bytes, arena.users[0], room.own)) return failure;
  rooms_.push_back(std::move(room));
  return std::nullopt;
}

const FrameMemory::Loan* FrameMemory::loanOf(const Slot& slot) const {
  for (const Loan& loan : loans_) {
    if (loan.borrowed.slot.arena == slot.arena && loan.borrowed.slot.offset == slot.offset) return &loan;
  }
  return nullptr;
}

std::span<std::byte> FrameMemory::host(const Slot& slot) const {
  if (const Loan* loan = loanOf(slot)) return loan->borrowed.memory.first(slot.bytes);
  TRIREME_CHECK(rooms_[slot.arena].block, "the slot lies in host memory");
  return rooms_[slot.arena].block->bytes().subspan(slot.offset, slot.bytes);
}

BufferView FrameMemory::view(const Slot& slot, uint32_t delegate) const {
  const Arena& arena = program_.plan.arenas[slot.arena];
  const Room& room = rooms_[slot.arena];
  if (arena.home == Arena::Home::Device) return {room.own.get(), slot.offset, slot.bytes};
  if (program_.inHostMemory[delegate]) {
    if (const Loan* loan = loanOf(slot)) return {loan->buffer.get(), 0, slot.bytes};
    return {room.own.get(), slot.offset, slot.bytes};
  }
  for (size_t u = 0; u < arena.users.size(); ++u) {
    if (program_.queueOf[arena.users[u]] == program_.queueOf[delegate]) {
      return {room.of[u].get(), slot.offset, slot.bytes};
    }
  }
  TRIREME_CHECK(false, "a delegate reaches the arenas that its steps use");
  return {};
}

}  // namespace trireme::run
