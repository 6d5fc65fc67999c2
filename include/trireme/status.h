#ifndef TRIREME_STATUS_H
#define TRIREME_STATUS_H

// Failure as a value: Status, Result<T>, and Support, a delegate's answer about a node.

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// The library is built with hidden symbols; what carries this mark is its public face.
#define TRIREME_API [[gnu::visibility("default")]]

namespace trireme {

enum class Code : uint8_t {
  Ok,
  InvalidArgument,   // the caller asked for something that cannot be
  InvalidModel,      // the file breaks the format's rules
  Unsupported,       // right, but not implemented here
  OutOfMemory,       // a limit or the system said no
  DeviceLost,        // a device or its driver failed
  DeadlineExceeded,  // a deadline passed
  Io,                // a file could not be read or written
  Cancelled,         // the caller cancelled
  Internal           // our own code is wrong
};
// "InvalidModel" and so on, for messages and logs.
TRIREME_API std::string_view codeName(Code code);

// Ok (a null pointer), or one failure with a sentence a user can act on. Copies share the sentence; safe from any
// thread.
class TRIREME_API [[nodiscard]] Status {
 public:
  Status() = default;
  static Status error(Code code, std::string message);
  bool ok() const { return failure_ == nullptr; }
  Code code() const;
  std::string_view message() const;  // empty when ok; lives as long as any copy
  // The same failure, led by what was going on ("while compiling partition 3") and a colon. Ok stays Ok.
  Status during(std::string_view activity) const;

 private:
  struct Failure;
  std::shared_ptr<const Failure> failure_;
};

// A value or the reason there is none. value() only after ok().
template <class T>
class [[nodiscard]] Result {
  static_assert(!std::same_as<T, Status>);

 public:
  template <std::convertible_to<T> U = T>
  requires(!std::same_as<std::remove_cvref_t<U>, Status> && !std::same_as<std::remove_cvref_t<U>, Result>)
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Status failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  bool ok() const { return state_.index() == 0; }
  Status status() const { return ok() ? Status() : *std::get_if<1>(&state_); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }

 private:
  std::variant<T, Status> state_;
};

enum class ReasonCode : uint8_t {
  UnknownOp,      // the delegate has no such operator
  OpVersion,      // it has the operator, not this version
  DataType,       // a tensor's type
  Rank,           // a tensor's rank
  DynamicShape,   // a shape that is known only after running
  Limit,          // larger than the device can take
  Parameter,      // an option's value
  Quantization,   // scales, zero points, axis
  NeedsConstant,  // an input must be a constant
  Memory,         // not enough of it
  FeatureLevel,   // the device or its driver is too old
  CompileFailed,  // it said yes, and failed to compile
  DeviceFailed,   // the device failed in an earlier frame
  Policy          // the user or a constraint said no
};
TRIREME_API std::string_view reasonName(ReasonCode code);
struct Reason {
  ReasonCode code;
  std::string detail;  // a sentence without a full stop
};

// Yes, or every reason why not. An answer, not an error: asking never fails.
class TRIREME_API Support {
 public:
  static Support no(ReasonCode code, std::string_view detail) { return Support().require(false, code, detail); }
  bool ok() const { return reasons_.empty(); }
  std::span<const Reason> reasons() const { return reasons_; }
  Support&& require(bool condition, ReasonCode code, std::string_view detail) &&;  // keeps the reason if not
  Support& require(bool condition, ReasonCode code, std::string_view detail) &;

 private:
  std::vector<Reason> reasons_;
};

}  // namespace trireme

#define TRIREME_CAT2(a, b) a##b
#define TRIREME_CAT(a, b) TRIREME_CAT2(a, b)
// Leaves the function with the failure, if there is one.
#define TRIREME_TRY(expression)                                                     \
  do {                                                                              \
    if (::trireme::Status tStatus_ = (expression); !tStatus_.ok()) return tStatus_; \
  } while (false)
// Declares or assigns the value of a Result, or leaves the function with its failure.
#define TRIREME_ASSIGN(declaration, expression)                                               \
  auto TRIREME_CAT(tResult_, __LINE__) = (expression);                                        \
  if (!TRIREME_CAT(tResult_, __LINE__).ok()) return TRIREME_CAT(tResult_, __LINE__).status(); \
  declaration = std::move(TRIREME_CAT(tResult_, __LINE__)).value()

#endif  // TRIREME_STATUS_H
