#include "tests/support/fake_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace trireme::fake {
namespace {

constexpr std::byte kCanaryByte{0xC9};
constexpr std::byte kUnwritten{0xF5};  // as float32 a huge negative number
constexpr std::byte kSpoiled{0xD7};

}  // namespace

FakeBlock::FakeBlock(std::shared_ptr<Script> script, size_t bytes, std::shared_ptr<std::atomic<size_t>> total)
    : script_(std::move(script)),
      bytes_(bytes),
      memory_(bytes + 2 * kCanary, kUnwritten),
      written_(bytes, false),
      total_(std::move(total)) {
  std::fill_n(memory_.begin(), kCanary, kCanaryByte);
  std::fill_n(memory_.end() - kCanary, kCanary, kCanaryByte);
  if (total_) *total_ += bytes_;
}

FakeBlock::FakeBlock(std::shared_ptr<Script> script, std::span<std::byte> host)
    : FakeBlock(std::move(script), host.size(), nullptr) {
  host_ = host;
}

FakeBlock::~FakeBlock() {
  const auto broken = [](std::byte byte) { return byte != kCanaryByte; };
  if (std::any_of(memory_.begin(), memory_.begin() + kCanary, broken) ||
      std::any_of(memory_.end() - kCanary, memory_.end(), broken)) {
    script_->violation(fmt::format("something wrote beside a buffer of {} bytes", bytes_));
  }
  if (total_) *total_ -= bytes_;
}

const std::byte* FakeBlock::read(size_t offset, size_t bytes, std::string_view who) const {
  if (script_->struck() > 0) return data() + offset;  // what a failure left unwritten is nobody's fault
  const auto first = written_.begin() + ptrdiff_t(offset);
  if (std::find(first, first + ptrdiff_t(bytes), false) != first + ptrdiff_t(bytes)) {
    script_->violation(fmt::format("{} reads device memory [{}, {}) that nobody wrote", who, offset, offset + bytes));
  }
  return data() + offset;
}

std::byte* FakeBlock::write(size_t offset, size_t bytes) {
  std::fill_n(written_.begin() + ptrdiff_t(offset), bytes, true);
  return data() + offset;
}

void FakeBlock::spoil(size_t offset, size_t bytes) {
  if (offset < bytes_) std::memset(data() + offset, int(kSpoiled), std::min(bytes, bytes_ - offset));
}

void FakeBlock::acquire(size_t offset, size_t bytes) {
  if (bytes == 0) return;
  std::memcpy(write(offset, bytes), host_.data() + offset, bytes);
  std::memset(host_.data() + offset, int(kSpoiled), bytes);
}

void FakeBlock::release(size_t offset, size_t bytes) {
  if (bytes == 0) return;
  std::memcpy(host_.data() + offset, read(offset, bytes, "release"), bytes);
}

FakeBuffer::FakeBuffer(const Device& device, std::shared_ptr<Script> script, std::shared_ptr<FakeBlock> block)
    : device_(device), script_(std::move(script)), block_(std::move(block)) {
  ++script_->buffers;
}

FakeBuffer::~FakeBuffer() {
  --script_->buffers;
  if (block_->pending != 0) script_->violation("a buffer was freed while queued work named it");
  if (script_->delegates == 0) script_->violation("a buffer outlived its device");
}

BlockUse::BlockUse(const Device& device, Script& script, const BufferView& view, std::string_view who)
    : offset_(view.offset), size_(view.size) {
  const auto* buffer = dynamic_cast<const FakeBuffer*>(view.buffer);
  if (!buffer || &buffer->device() != &device) {
    script.violation(fmt::format("{} was given memory that is not of this device", who));
  } else if (offset_ > buffer->size() || size_ > buffer->size() - offset_) {
    script.violation(
        fmt::format("{} was given [{}, {}) of a buffer of {} bytes", who, offset_, offset_ + size_, buffer->size()));
  } else {
    block_ = buffer->block();
    ++block_->pending;
  }
}

BlockUse::BlockUse(const BlockUse& other) : block_(other.block_), offset_(other.offset_), size_(other.size_) {
  if (block_) ++block_->pending;
}

BlockUse::~BlockUse() {
  if (block_) --block_->pending;
}

}  // namespace trireme::fake
