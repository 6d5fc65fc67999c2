#include "core/base/for_good.h"

#include <mutex>
#include <vector>

namespace trireme::base {

void keepForGood(std::shared_ptr<void> memory) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::shared_ptr<void>>;  // outlives what destructors of statics start
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(memory));
}

}  // namespace trireme::base
