#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "delegates/vulkan/api.h"

namespace trireme::vulkan::script {

// Which objects a driver may still use, as far as it was told that work is done; and what is destroyed all the same,
// twice, or after its device. Safe from any thread.
class Uses {
 public:
  using Object = uint64_t;
  template <class T>
  static Object idOf(T handle) {
    return uint64_t(handle);
  }

  void created(VkDevice device, Object object);
  void destroyed(std::string_view kind, Object object);
  void deviceGone(VkDevice device);
  // A new one of a pool, with which it goes.
  void pooled(Object object, Object pool);
  // `user` cannot work without `used`, from here on.
  void linked(Object user, Object used);
  void begun(Object commands);  // its commands are recorded anew
  void submitted(Object commands, Object fence);
  void done(Object fence);
  std::string misuse() const;

 private:
  void expectIdle(Object commands);
  bool isUnderWay(Object object) const;
  bool reaches(Object user, Object object, std::set<Object>& seen) const;

  mutable std::mutex mutex_;
  std::map<Object, VkDevice> alive_;
  std::map<Object, Object> pools_;
  std::map<Object, std::set<Object>> uses_;
  std::map<Object, std::set<Object>> underWay_;  // by fence
  std::string misuse_;
};

}  // namespace trireme::vulkan::script
