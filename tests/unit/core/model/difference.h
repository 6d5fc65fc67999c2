#pragma once

#include <string>

#include "trireme/graph.h"

namespace trireme {

// The first thing in which two graphs say something else, in words; empty: they are equal. Origins of nodes count only
// where those of `expected` are its own positions.
std::string difference(const Graph& expected, const Graph& found);

}  // namespace trireme
