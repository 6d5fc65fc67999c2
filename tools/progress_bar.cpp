#include "tools/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace trireme::tools {
namespace {

constexpr size_t kWidth = 79, kBar = 20;

}  // namespace

std::string progressText(double share, std::string_view words) {
  const double done = std::clamp(share, 0.0, 1.0);
  const auto filled = size_t(done * double(kBar) + 1e-9);
  const std::string text = fmt::format("[{}{}] {:>3} %  {}", std::string(filled, '#'), std::string(kBar - filled, ' '),
                                       int(done * 100 + 1e-9), words);
  return text.substr(0, kWidth);
}

ProgressBar::ProgressBar(bool wanted) : active_(wanted && isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(double share, std::string_view words) {
  if (!active_) return;
  const std::lock_guard lock(mutex_);
  std::string text = progressText(share, words);
  if (text == shown_) return;
  fmt::print(stderr, "\r{}\033[K", text);
  std::fflush(stderr);
  shown_ = std::move(text);
}

void ProgressBar::clear() {
  const std::lock_guard lock(mutex_);
  if (shown_.empty()) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_.clear();
}

}  // namespace trireme::tools
