#pragma once

#include "delegates/emulated/profile.h"

namespace trireme::emulated {

const OpRow* rowOf(const Profile& profile, OpKind op);  // null: it has no such operator
// The profile's answer about a node, in its own words: every reason against it. Says nothing of the wrapped delegate.
Support answer(const Profile& profile, const Graph& graph, NodeId node);

}  // namespace trireme::emulated
