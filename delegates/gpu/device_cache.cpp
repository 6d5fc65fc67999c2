#include "delegates/gpu/device_cache.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::gpu {
namespace {

constexpr std::string_view kVerdict = "verdict";

}  // namespace

DeviceCache::DeviceCache(DriverIdentity identity, DeviceCacheOptions options) : options_(std::move(options)) {
  if (!options_.folder.empty()) file_.emplace(options_.folder, std::move(identity));
}

void DeviceCache::say(std::string_view sentence) {
  if (options_.log) std::call_once(said_, [&] { options_.log(sentence); });
}

std::span<const CacheSection> DeviceCache::sections() {
  std::call_once(read_, [&] {
    if (!file_) return;
    auto read = file_->read();
    if (read.ok()) {
      sections_ = std::move(read).value();
    } else {
      say(fmt::format("the {} programs kept earlier are not used: {}", options_.api, read.status().message()));
    }
  });
  return sections_;
}

const CacheSection* DeviceCache::find(CacheSection::Kind kind, std::string_view name) {
  const std::span<const CacheSection> all = sections();
  const auto found = std::ranges::find_if(all, [&](const auto& one) { return one.kind == kind && one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

void DeviceCache::keep(std::span<const CacheSection> newer) {
  if (!file_ || newer.empty()) return;
  const Status kept = file_->add(newer);
  if (!kept.ok()) say(fmt::format("{} programs are not kept: {}", options_.api, kept.message()));
}

std::optional<std::string> DeviceCache::verdict() {
  const CacheSection* kept = find(CacheSection::Kind::SelfCheck, kVerdict);
  if (!kept) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(kept->bytes.data()), kept->bytes.size());
}

void DeviceCache::keepVerdict(std::string_view verdict) {
  const auto bytes = std::as_bytes(std::span(verdict));
  const CacheSection one{CacheSection::Kind::SelfCheck, std::string(kVerdict), {bytes.begin(), bytes.end()}};
  keep({&one, 1});
}

std::optional<GpuRates> DeviceCache::rates() {
  const CacheSection* kept = find(CacheSection::Kind::Rates, options_.form);
  if (!kept) return std::nullopt;
  const auto read = readRates(kept->bytes);
  return read.ok() ? read.value() : std::nullopt;
}

void DeviceCache::keepRates(const GpuRates& rates) {
  const CacheSection one{CacheSection::Kind::Rates, options_.form, writeRates(rates)};
  keep({&one, 1});
}

}  // namespace trireme::gpu
