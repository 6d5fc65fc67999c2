#include "delegates/gpu/device_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace trireme::gpu {
namespace {

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& letter : small) letter = char(std::tolower(static_cast<unsigned char>(letter)));
  return small;
}

bool isCalled(const ListedDevice& device, std::string_view word) {
  const std::string part = lower(word);
  return std::ranges::any_of(std::initializer_list<const std::string*>{&device.name, &device.platform, &device.others},
                             [&](const std::string* name) { return lower(*name).find(part) != std::string::npos; });
}

std::string listText(std::span<const ListedDevice> devices) {
  std::string text;
  for (size_t i = 0; i < devices.size(); ++i) {
    text += fmt::format("{}{} ({}; {})", i == 0 ? "" : ", ", i, devices[i].name, devices[i].platform);
  }
  return text;
}

size_t favourite(std::span<const ListedDevice> devices) {
  std::optional<size_t> best;
  for (size_t i = 0; i < devices.size(); ++i) {
    if (devices[i].usable && (!best || devices[i].preference > devices[*best].preference)) best = i;
  }
  return best.value_or(0);
}

// The first that is called so; one that can be used before one that cannot.
std::optional<size_t> named(std::span<const ListedDevice> devices, std::string_view word) {
  std::optional<size_t> found;
  for (size_t i = 0; i < devices.size(); ++i) {
    if (isCalled(devices[i], word) && (!found || (devices[i].usable && !devices[*found].usable))) found = i;
  }
  return found;
}

std::optional<size_t> meant(std::span<const ListedDevice> devices, std::string_view word) {
  if (word.empty()) return favourite(devices);
  size_t index = 0;
  const auto end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, index);
  if (read.ec != std::errc() || read.ptr != end) return named(devices, word);
  return index < devices.size() ? std::optional(index) : std::nullopt;
}

}  // namespace

Result<size_t> chooseDevice(std::string_view api, std::span<const ListedDevice> devices, std::string_view word) {
  if (devices.empty()) {
    return Status::error(
        Code::Unsupported,
        fmt::format("no {} device was found: a loader is installed, but no driver with a device", api));
  }
  const std::optional<size_t> found = meant(devices, word);
  if (!found) {
    return Status::error(Code::Unsupported,
                         fmt::format("there is no {} device '{}'; there are: {}", api, word, listText(devices)));
  }
  const ListedDevice& one = devices[*found];
  if (one.usable) return *found;
  return Status::error(Code::Unsupported, fmt::format("{} device '{}' cannot be used: {}", api, one.name, one.why));
}

}  // namespace trireme::gpu
