#include "tests/support/call_script.h"

#include <fmt/format.h>

namespace trireme::support {

CallScript::CallScript(const CallNames& names) : names_(names), canFail_(names.functions), counts_(names.functions) {
  for (size_t i = 0; i < names.functions; ++i) canFail_[i] = !names.codes(i).empty();
}

void CallScript::failCall(uint64_t nth, size_t whichCode) {
  const std::lock_guard lock(mutex_);
  failAt_ = nth == 0 ? 0 : total_ + nth;
  whichCode_ = whichCode;
  only_.reset();
  struck_.clear();
}

void CallScript::failNumber(size_t function, uint64_t nth, int code, bool onwards) {
  const std::lock_guard lock(mutex_);
  failAt_ = counts_[function] + nth;
  only_ = function;
  onlyCode_ = code;
  onwards_ = onwards;
  struck_.clear();
}

void CallScript::hangFromNumber(size_t function, uint64_t nth) {
  const std::lock_guard lock(mutex_);
  hangsIn_ = function;
  hangsAt_ = counts_[function] + nth;
}

std::string CallScript::struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

CallScript::Entrance CallScript::enterNumber(size_t function) {
  const std::lock_guard lock(mutex_);
  const uint64_t own = ++counts_[function], total = canFail_[function] ? ++total_ : total_.load();
  if (hangsIn_ == function && own == hangsAt_) hanging_ = true;
  if (failAt_ == 0 || !canFail_[function]) return {};
  int code = onlyCode_;
  if (only_) {
    if (*only_ != function || own < failAt_ || (own > failAt_ && !onwards_)) return {};
  } else {
    if (total != failAt_) return {};
    const std::vector<int> codes = names_.codes(function);
    if (whichCode_ >= codes.size()) return {};
    code = codes[whichCode_];
  }
  struck_ = fmt::format("{} with {}", names_.name(function), names_.codeName(code));
  return {true, code};
}

void CallScript::created(std::string_view kind) {
  const std::lock_guard lock(mutex_);
  ++alive_[std::string(kind)];
}

void CallScript::released(std::string_view kind) {
  const std::lock_guard lock(mutex_);
  --alive_[std::string(kind)];
}

std::string CallScript::unbalanced() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [kind, count] : alive_) {
    if (count != 0) text += fmt::format("{}: {} not released\n", kind, count);
  }
  return text;
}

}  // namespace trireme::support
