#pragma once

#include <string_view>

namespace trireme::base {

// Stops the program with the broken sentence: our own code is wrong. Never for what a caller or a file did.
[[noreturn]] void checkFailed(std::string_view sentence, const char* file, int line) noexcept;

}  // namespace trireme::base

#define TRIREME_CHECK(condition, sentence)                        \
  do {                                                            \
    if (!(condition)) [[unlikely]]                                \
      ::trireme::base::checkFailed(sentence, __FILE__, __LINE__); \
  } while (false)
