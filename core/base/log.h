#pragma once

#include <functional>
#include <string_view>

namespace trireme::base {

// Where sentences for the user go. Silent by default; the library prints nothing by itself. Copies share the sink,
// which may be called from any thread.
class Log {
 public:
  Log() = default;
  explicit Log(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}
  void warn(std::string_view sentence) const {
    if (sink_) sink_(sentence);
  }

 private:
  std::function<void(std::string_view)> sink_;
};

}  // namespace trireme::base
