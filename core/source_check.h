#pragma once

#include "trireme/interpreter.h"

namespace trireme::core {

// Ok, or an input shape that does not exist, is not fully known or is given twice.
Status checkShapes(const Graph& source, std::span<const InputShape> shapes);

// The values of these names. InvalidArgument with the first name that no tensor has.
Result<std::vector<ValueId>> findTensors(const Graph& graph, std::span<const std::string> names);

// Ok, or Unsupported with the first node and tensor whose size is not known before running.
Status requireKnownSizes(const Graph& graph);

}  // namespace trireme::core
