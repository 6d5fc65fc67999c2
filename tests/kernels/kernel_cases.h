#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "kernels/cpu/isa.h"

namespace trireme::cpu {

// Memory for a kernel's output with a zone before and after that nothing may write to.
template <class T>
class Guarded {
 public:
  explicit Guarded(size_t count) : count_(count), bytes_(count * sizeof(T) + 2 * kZone, kMark) {}
  T* data() { return reinterpret_cast<T*>(bytes_.data() + kZone); }
  T operator[](size_t i) const {
    T value;
    std::memcpy(&value, bytes_.data() + kZone + i * sizeof(T), sizeof(T));
    return value;
  }
  bool isIntact() const {
    for (size_t i = 0; i < kZone; ++i) {
      if (bytes_[i] != kMark || bytes_[bytes_.size() - 1 - i] != kMark) return false;
    }
    return true;
  }
  bool operator==(const Guarded& other) const { return bytes_ == other.bytes_; }

 private:
  static constexpr size_t kZone = 256;
  static constexpr unsigned char kMark = 0xA5;
  size_t count_;
  std::vector<unsigned char> bytes_;
};

// Memory aligned to 64, for packed weights.
class Aligned {
 public:
  explicit Aligned(size_t bytes) : memory_(bytes + 64) {}
  std::byte* data() {
    const size_t rest = reinterpret_cast<uintptr_t>(memory_.data()) % 64;
    return memory_.data() + (rest == 0 ? 0 : 64 - rest);
  }

 private:
  std::vector<std::byte> memory_;
};

class Random {
 public:
  float real() { return std::uniform_real_distribution<float>(-1, 1)(engine_); }
  int32_t integer(int32_t low, int32_t high) { return std::uniform_int_distribution<int32_t>(low, high)(engine_); }
  std::vector<float> reals(size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = real();
    return values;
  }
  std::vector<uint8_t> codes(size_t count) {
    std::vector<uint8_t> values(count);
    for (uint8_t& value : values) value = uint8_t(integer(0, 255));
    return values;
  }
  std::vector<int32_t> integers(size_t count, int32_t low, int32_t high) {
    std::vector<int32_t> values(count);
    for (int32_t& value : values) value = integer(low, high);
    return values;
  }

 private:
  std::mt19937 engine_{20240611};
};

template <class T>
const std::byte* bytesOf(const std::vector<T>& values) {
  return values.empty() ? nullptr : reinterpret_cast<const std::byte*>(values.data());
}
inline int32_t codeValue(uint8_t code, bool isUnsigned) { return isUnsigned ? int32_t(code) : int32_t(int8_t(code)); }

// A test for every line of a kernel list, named after the kernel.
template <class Kernel>
class KernelTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!covers(detectIsa(), kernel().isa)) {
      GTEST_SKIP() << "this machine's CPU has no " << isaName(kernel().isa) << ", which " << kernel().name << " needs";
    }
  }
  const Kernel& kernel() const { return this->GetParam(); }
};
template <class Kernel>
std::string nameOfKernel(const testing::TestParamInfo<Kernel>& info) {
  return info.param.name;
}

}  // namespace trireme::cpu
