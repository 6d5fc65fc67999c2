#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "trireme/delegate.h"

// Any delegate with guard zones round all memory that its device gives. Nothing it does changes but where buffers lie.
namespace trireme::support {

// What was written where nobody may. Safe from any thread.
class Trespasses {
 public:
  void add(std::string sentence);
  std::vector<std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

// Memory starts filled with 0xFF, NaN in every float type, guard zones too; a buffer's zones are looked at when it is
// freed. Host memory that a device imports has no zones. The delegate outlives its buffers as usual.
std::shared_ptr<Delegate> guarded(std::shared_ptr<Delegate> delegate, std::shared_ptr<Trespasses> trespasses);

}  // namespace trireme::support
