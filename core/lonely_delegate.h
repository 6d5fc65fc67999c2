#pragma once

#include "core/forwarding_delegate.h"

namespace trireme::core {

// A delegate that is given one node a partition, so that each node's time can be seen. Everything else is the other's.
class LonelyDelegate final : public ForwardingDelegate {
 public:
  explicit LonelyDelegate(std::shared_ptr<Delegate> other)
      : ForwardingDelegate(std::move(other)), info_(inner().info()) {
    info_.limits = {.minNodes = 1, .maxNodes = 1, .maxPartitions = UINT32_MAX};
  }
  const DelegateInfo& info() const override { return info_; }

 private:
  DelegateInfo info_;
};

}  // namespace trireme::core
