#include "delegates/vulkan/copies.h"

#include <algorithm>
#include <bit>

namespace trireme::vulkan {
namespace {

constexpr size_t kLeast = size_t{64} << 10, kLarge = size_t{16} << 20, kStep = size_t{1} << 20;
constexpr VkPipelineStageFlags kEarlier = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr VkPipelineStageFlags kLater = kEarlier | VK_PIPELINE_STAGE_HOST_BIT;

// Few sizes, so that pieces are of use again; large ones near to what is wanted.
size_t pieceOf(size_t bytes) {
  return bytes > kLarge ? (bytes + kStep - 1) / kStep * kStep : std::bit_ceil(std::max(bytes, kLeast));
}

}  // namespace

Copies::~Copies() {
  if (!queue_.hangs()) return;
  for (Piece& piece : pieces_) {
    piece.block.leak();
    static_cast<void>(piece.commands.pool.leak());
  }
}

Result<Copies::Piece*> Copies::take(size_t bytes) {
  Piece* best = nullptr;
  for (Piece& piece : pieces_) {
    if (piece.bytes >= bytes && (!best || piece.bytes < best->bytes) && queue_.reached(piece.point)) best = &piece;
  }
  if (!best) {
    trim();
    Piece piece;
    piece.bytes = pieceOf(bytes);
    TRIREME_ASSIGN(piece.block, allocateBlock(driver_, kinds_, BlockUse::Shared, piece.bytes));
    TRIREME_ASSIGN(piece.commands, makeCommands(driver_, queueFamily_, 1));
    best = &pieces_.emplace_back(std::move(piece));
  }
  return best;
}

void Copies::trim() {
  size_t kept = 0;
  for (const Piece& piece : pieces_) kept += piece.bytes;
  for (auto piece = pieces_.begin(); piece != pieces_.end() && kept > kKept;) {
    const bool free = queue_.reached(piece->point);
    if (free) kept -= piece->bytes;
    piece = free ? pieces_.erase(piece) : std::next(piece);
  }
}

Status Copies::record(const Piece& piece, VkBuffer from, VkBuffer to, const VkBufferCopy& region) {
  Status status = recordCopy(piece.commands.buffers[0], from, to, region);
  if (!status.ok()) pieces_.remove_if([&](const Piece& one) { return &one == &piece; });
  return status;
}

Status Copies::recordCopy(VkCommandBuffer commands, VkBuffer from, VkBuffer to, const VkBufferCopy& region) const {
  const Api& api = *driver_.api;
  TRIREME_TRY(beginCommands(api, commands, true));
  barrier(api, commands, kEarlier, VK_PIPELINE_STAGE_TRANSFER_BIT);
  api.vkCmdCopyBuffer(commands, from, to, 1, &region);
  barrier(api, commands, VK_PIPELINE_STAGE_TRANSFER_BIT, kLater);
  return endCommands(api, commands);
}

Result<Submission> Copies::up(std::span<const std::byte> from, VkBuffer to, size_t offset) {
  TRIREME_ASSIGN(Piece* const piece, take(from.size()));
  std::ranges::copy(from, piece->block.at);
  TRIREME_TRY(record(*piece, piece->block.buffer.get(), to, {0, offset, from.size()}));
  piece->point = queue_.next();
  return Submission{piece->commands.buffers};
}

Result<Submission> Copies::down(VkBuffer from, size_t offset, std::span<std::byte> to) {
  TRIREME_ASSIGN(Piece* const piece, take(to.size()));
  TRIREME_TRY(record(*piece, from, piece->block.buffer.get(), {offset, 0, to.size()}));
  piece->point = queue_.next();
  return Submission{piece->commands.buffers, {piece->block.at, to}};
}

}  // namespace trireme::vulkan
