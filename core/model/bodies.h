#pragma once

#include "core/model/file.h"

namespace trireme::model {

// The subgraphs that a node runs: its bodies, condition first where it has one. Empty for every other operator.
// Indices are as in the file, not yet compared with the number of subgraphs.
Result<std::vector<int64_t>> readBodies(OpKind op, const fb::Operator& node);

// Whether such an operator's options say nothing else.
bool bodiesTellAll(OpKind op);

// The options of such an operator, in one of the two unions. Nothing where the node has no bodies.
struct WrittenBodies {
  fb::BuiltinOptions type = fb::BuiltinOptions::NONE;
  fb::BuiltinOptions2 type2 = fb::BuiltinOptions2::NONE;
  flatbuffers::Offset<void> options, options2;
};
WrittenBodies writeBodies(flatbuffers::FlatBufferBuilder& builder, OpKind op, std::span<const SubgraphId> bodies);

}  // namespace trireme::model
