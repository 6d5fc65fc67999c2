#include "tests/support/vulkan_uses.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::vulkan::script {

void Uses::created(VkDevice device, Object object) {
  const std::lock_guard lock(mutex_);
  alive_[object] = device;
}

void Uses::destroyed(std::string_view kind, Object object) {
  const std::lock_guard lock(mutex_);
  if (alive_.erase(object) == 0) misuse_ += fmt::format("{}: destroyed, and there was none\n", kind);
  if (isUnderWay(object)) misuse_ += fmt::format("{}: destroyed under work that uses it\n", kind);
  underWay_.erase(object);
  uses_.erase(object);
}

void Uses::deviceGone(VkDevice device) {
  const std::lock_guard lock(mutex_);
  const auto left = std::ranges::count_if(alive_, [&](const auto& one) { return one.second == device; });
  if (left > 0) misuse_ += fmt::format("Device: destroyed before {} of its objects\n", left);
}

void Uses::pooled(Object object, Object pool) {
  const std::lock_guard lock(mutex_);
  pools_[object] = pool;
  uses_[object] = {pool};
}

void Uses::linked(Object user, Object used) {
  const std::lock_guard lock(mutex_);
  uses_[user].insert(used);
}

void Uses::expectIdle(Object commands) {
  const bool pending = std::ranges::any_of(underWay_, [&](const auto& one) { return one.second.contains(commands); });
  if (pending) misuse_ += "CommandBuffer: used anew while it is under way\n";
}

void Uses::begun(Object commands) {
  const std::lock_guard lock(mutex_);
  expectIdle(commands);
  uses_[commands] = {pools_[commands]};
}

void Uses::submitted(Object commands, Object fence) {
  const std::lock_guard lock(mutex_);
  expectIdle(commands);
  underWay_[fence].insert(commands);
}

void Uses::done(Object fence) {
  const std::lock_guard lock(mutex_);
  underWay_.erase(fence);
}

std::string Uses::misuse() const {
  const std::lock_guard lock(mutex_);
  return misuse_;
}

bool Uses::isUnderWay(Object object) const {
  std::set<Object> seen;
  return std::ranges::any_of(underWay_, [&](const auto& one) {
    return one.first == object ||
           std::ranges::any_of(one.second, [&](Object commands) { return reaches(commands, object, seen); });
  });
}

bool Uses::reaches(Object user, Object object, std::set<Object>& seen) const {
  if (user == object) return true;
  if (!seen.insert(user).second) return false;
  const auto found = uses_.find(user);
  return found != uses_.end() &&
         std::ranges::any_of(found->second, [&](Object used) { return reaches(used, object, seen); });
}

}  // namespace trireme::vulkan::script
