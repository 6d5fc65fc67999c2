#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace trireme::base {

void checkFailed(std::string_view sentence, const char* file, int line) noexcept {
  // The one place where the library writes by itself: the process ends here.
  std::fprintf(stderr, "trireme: internal error: %.*s (%s:%d)\n", int(sentence.size()), sentence.data(), file, line);
  std::abort();
}

}  // namespace trireme::base
