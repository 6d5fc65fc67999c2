#pragma once

#include "tests/support/fake_script.h"

namespace trireme::fake {

// Device memory in a heap block of its own, between two canaries. Every byte knows whether it was ever written; reading
// one that was not is a violation. Only the device's queue touches the contents.
class FakeBlock {
 public:
  FakeBlock(std::shared_ptr<Script> script, size_t bytes, std::shared_ptr<std::atomic<size_t>> total);
  // Imported host memory: the device works on a shadow of it, filled by acquire and given back by release.
  FakeBlock(std::shared_ptr<Script> script, std::span<std::byte> host);
  ~FakeBlock();
  FakeBlock(const FakeBlock&) = delete;
  FakeBlock& operator=(const FakeBlock&) = delete;

  const std::byte* read(size_t offset, size_t bytes, std::string_view who) const;  // checks that it was written
  std::byte* write(size_t offset, size_t bytes);                                   // marks it as written
  void spoil(size_t offset, size_t bytes);    // writes what nobody asked for; ends with the block
  void acquire(size_t offset, size_t bytes);  // host -> shadow; the host's copy is spoiled
  void release(size_t offset, size_t bytes);  // shadow -> host
  size_t size() const { return bytes_; }
  bool imported() const { return !host_.empty(); }

  std::atomic<int> pending{0};  // queued work that names this memory

 private:
  std::byte* data() { return memory_.data() + kCanary; }
  const std::byte* data() const { return memory_.data() + kCanary; }

  static constexpr size_t kCanary = 64;
  std::shared_ptr<Script> script_;
  size_t bytes_;
  std::vector<std::byte> memory_;
  std::vector<bool> written_;
  std::span<std::byte> host_;
  std::shared_ptr<std::atomic<size_t>> total_;
};

class FakeBuffer final : public Buffer {
 public:
  FakeBuffer(const Device& device, std::shared_ptr<Script> script, std::shared_ptr<FakeBlock> block);
  ~FakeBuffer() override;
  const Device& device() const override { return device_; }
  size_t size() const override { return block_->size(); }
  const std::shared_ptr<FakeBlock>& block() const { return block_; }

 private:
  const Device& device_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<FakeBlock> block_;
};

// Part of a block that queued work names; counts as pending until it is gone.
class BlockUse {
 public:
  BlockUse() = default;
  // A null block, and a violation, when the view is not of `device` or leaves its buffer.
  BlockUse(const Device& device, Script& script, const BufferView& view, std::string_view who);
  BlockUse(const BlockUse& other);
  BlockUse& operator=(const BlockUse&) = delete;
  ~BlockUse();
  FakeBlock* block() const { return block_.get(); }
  size_t offset() const { return offset_; }
  size_t size() const { return size_; }

 private:
  std::shared_ptr<FakeBlock> block_;
  size_t offset_ = 0, size_ = 0;
};

}  // namespace trireme::fake
