#pragma once

#include "core/model/schema.h"
#include "trireme/graph.h"

namespace trireme::model {

// InvalidModel.
Status broken(std::string sentence);
// In quotes, without bytes that would break a terminal, cut where it is long: names come from strangers.
std::string quoted(std::string_view text);
std::string_view text(const flatbuffers::String* string);  // empty where there is none

// Where in the file something is, for sentences: "subgraph 0, tensor 12 'conv/weights'".
std::string tensorPlace(uint32_t subgraph, uint32_t tensor, const fb::SubGraph& graph);
// "subgraph 0, operator 12 CONV_2D"
std::string nodePlace(uint32_t subgraph, uint32_t node, std::string_view op);

// A vector that the file may leave out.
template <class T>
uint32_t count(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

}  // namespace trireme::model
