#include "trireme/status.h"

#include <array>

#include "core/base/check.h"

namespace trireme {

struct Status::Failure {
  Code code;
  std::string message;
};

std::string_view codeName(Code code) {
  static constexpr std::array<std::string_view, 10> kNames{
      "Ok",         "InvalidArgument",  "InvalidModel", "Unsupported", "OutOfMemory",
      "DeviceLost", "DeadlineExceeded", "Io",           "Cancelled",   "Internal"};
  return kNames[static_cast<size_t>(code)];
}

std::string_view reasonName(ReasonCode code) {
  static constexpr std::array<std::string_view, 14> kNames{
      "UnknownOp",    "OpVersion",     "DataType", "Rank",         "DynamicShape",  "Limit",        "Parameter",
      "Quantization", "NeedsConstant", "Memory",   "FeatureLevel", "CompileFailed", "DeviceFailed", "Policy"};
  return kNames[static_cast<size_t>(code)];
}

Status Status::error(Code code, std::string message) {
  TRIREME_CHECK(code != Code::Ok, "an error needs a code");
  Status status;
  status.failure_ = std::make_shared<const Failure>(Failure{code, std::move(message)});
  return status;
}

Code Status::code() const { return failure_ ? failure_->code : Code::Ok; }

std::string_view Status::message() const { return failure_ ? std::string_view(failure_->message) : std::string_view(); }

Status Status::during(std::string_view activity) const {
  if (!failure_) return {};
  return error(failure_->code, std::string(activity) + ": " + failure_->message);
}

Support& Support::require(bool condition, ReasonCode code, std::string_view detail) & {
  if (!condition) reasons_.push_back({code, std::string(detail)});
  return *this;
}

Support&& Support::require(bool condition, ReasonCode code, std::string_view detail) && {
  require(condition, code, detail);
  return std::move(*this);
}

}  // namespace trireme
