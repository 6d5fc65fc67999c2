#include "delegates/gpu/rates_record.h"

#include <array>
#include <bit>
#include <cmath>

namespace trireme::gpu {
namespace {

// Another one whenever a rate is measured in another way, or means something else.
constexpr uint64_t kVersion = 1;

constexpr std::array kRates = {&GpuRates::submitSeconds,  &GpuRates::dispatchSeconds,    &GpuRates::matrixFlops,
                               &GpuRates::bytesPerSecond, &GpuRates::copyBytesPerSecond, &GpuRates::copyStartSeconds};
static_assert(sizeof(GpuRates) == kRates.size() * sizeof(double));
constexpr size_t kNumber = sizeof(uint64_t);

void put(std::vector<std::byte>& bytes, uint64_t value) {
  for (size_t i = 0; i < kNumber; ++i) bytes.push_back(std::byte(uint8_t(value >> (8 * i))));
}
uint64_t take(std::span<const std::byte> bytes, size_t number) {
  uint64_t value = 0;
  for (size_t i = 0; i < kNumber; ++i) value |= uint64_t(bytes[number * kNumber + i]) << (8 * i);
  return value;
}

}  // namespace

bool plausible(const GpuRates& rates) {
  for (const auto rate : kRates) {
    if (!std::isfinite(rates.*rate) || rates.*rate <= 0) return false;
  }
  return true;
}

std::vector<std::byte> writeRates(const GpuRates& rates) {
  std::vector<std::byte> bytes;
  put(bytes, kVersion);
  for (const auto rate : kRates) put(bytes, std::bit_cast<uint64_t>(rates.*rate));
  return bytes;
}

Result<std::optional<GpuRates>> readRates(std::span<const std::byte> bytes) {
  if (bytes.size() >= kNumber && take(bytes, 0) != kVersion) return std::optional<GpuRates>();
  if (bytes.size() != kNumber * (1 + kRates.size())) {
    return Status::error(Code::InvalidArgument, "its record of the device's rates is cut off");
  }
  GpuRates rates;
  for (size_t i = 0; i < kRates.size(); ++i) rates.*kRates[i] = std::bit_cast<double>(take(bytes, 1 + i));
  if (!plausible(rates)) {
    return Status::error(Code::InvalidArgument, "its record of the device's rates holds what no device has");
  }
  return std::optional(rates);
}

}  // namespace trireme::gpu
