#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace trireme::tools {

// One line for someone who waits: "[#####               ]  25 %  words", at most 79 columns.
std::string progressText(double share, std::string_view words);

// Draws it on standard error where that is a terminal, over the one before; else does nothing. Whoever prints in
// between clears it first. Safe from any thread.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void show(double share, std::string_view words);
  void clear();

 private:
  bool active_ = false;
  std::mutex mutex_;
  std::string shown_;
};

}  // namespace trireme::tools
