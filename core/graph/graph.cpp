#include "trireme/graph.h"

namespace trireme {

std::span<const NodeId> Graph::consumers(ValueId id) const {
  const size_t begin = consumerBegin_[index(id)];
  return std::span(consumers_).subspan(begin, consumerBegin_[index(id) + size_t{1}] - begin);
}

std::optional<NodeId> Graph::producer(ValueId id) const {
  const uint32_t node = producer_[index(id)];
  if (node == UINT32_MAX) return std::nullopt;
  return NodeId{node};
}

}  // namespace trireme
