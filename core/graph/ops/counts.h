#pragma once

#include "core/graph/work.h"

namespace trireme::graph {

// Arithmetic of Work::macs and operations. Saturates at INT64_MAX; an unknown dimension counts as 1.
inline int64_t countTimes(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}
inline int64_t countPlus(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}
inline int64_t countDim(const Shape& shape, int axis) {
  return axis < shape.rank() ? (shape.dim(axis) == kUnknownDim ? 1 : shape.dim(axis)) : 1;
}
inline int64_t countElements(const Shape& shape) {
  int64_t product = 1;
  for (int i = 0; i < shape.rank(); ++i) product = countTimes(product, countDim(shape, i));
  return product;
}
inline const Shape& inputShape(const Graph& graph, const Node& node, size_t input) {
  return graph.value(node.inputs[input]).type.shape;
}
inline const Shape& outputShape(const Graph& graph, const Node& node) {
  return graph.value(node.outputs[0]).type.shape;
}

// Of an operator that moves elements without arithmetic.
inline Work moveWork(const Graph&, const Node&) { return {}; }
// `each` operations an element of the first output.
template <int each>
Work elementWork(const Graph& graph, const Node& node) {
  return {0, countTimes(each, countElements(outputShape(graph, node))), 0};
}
// `each` operations an element of the first input.
template <int each>
Work inputElementWork(const Graph& graph, const Node& node) {
  return {0, countTimes(each, countElements(inputShape(graph, node, 0))), 0};
}
inline Work macWork(int64_t macs) { return {macs, countTimes(2, macs), 0}; }

}  // namespace trireme::graph
