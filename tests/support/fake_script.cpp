#include "tests/support/fake_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace trireme::fake {

std::string_view callName(Call call) {
  static constexpr std::array<std::string_view, kCallCount> kNames = {
      "query", "compile", "bind", "allocate", "import", "upload", "download", "acquire", "release", "submit", "wait"};
  return kNames[size_t(call)];
}

void Script::plan(const Trouble& trouble) {
  std::lock_guard lock(mutex_);
  troubles_.push_back(trouble);
}

std::optional<Trouble> Script::count(Call call, uint64_t* nth) {
  std::lock_guard lock(mutex_);
  const uint64_t number = ++calls_[size_t(call)];
  if (nth) *nth = number;
  if (lost_ && call != Call::Wait) return Trouble{call, number, How::Fail, Code::DeviceLost, true};
  const auto found = std::find_if(troubles_.begin(), troubles_.end(),
                                  [&](const Trouble& one) { return one.call == call && one.nth == number; });
  if (found == troubles_.end()) return std::nullopt;
  ++struck_;
  lost_ = found->lost;
  return *found;
}

uint64_t Script::calls(Call call) const {
  std::lock_guard lock(mutex_);
  return calls_[size_t(call)];
}

uint64_t Script::struck() const {
  std::lock_guard lock(mutex_);
  return struck_;
}

bool Script::lost() const {
  std::lock_guard lock(mutex_);
  return lost_;
}

void Script::log(const LogEntry& entry) {
  std::lock_guard lock(mutex_);
  entries_.push_back(entry);
}

std::vector<LogEntry> Script::entries(Call call) const {
  std::lock_guard lock(mutex_);
  std::vector<LogEntry> found;
  std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(found),
               [&](const LogEntry& entry) { return entry.call == call; });
  return found;
}

void Script::violation(std::string sentence) {
  std::lock_guard lock(mutex_);
  if (violations_.size() < 100) violations_.push_back(std::move(sentence));
}

std::vector<std::string> Script::violations() const {
  std::lock_guard lock(mutex_);
  return violations_;
}

void Script::wake() { ++wakes_; }

Status troubleStatus(const Trouble& trouble) {
  return Status::error(trouble.code,
                       fmt::format("the fake device failed at {} {}", callName(trouble.call), trouble.nth));
}

Status strike(const Trouble& trouble) {
  if (trouble.how == How::Throw) {
    throw std::runtime_error(fmt::format("the fake device threw at {} {}", callName(trouble.call), trouble.nth));
  }
  return troubleStatus(trouble);
}

}  // namespace trireme::fake
