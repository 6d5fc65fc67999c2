#pragma once

#include "core/model/file.h"

namespace trireme::model {

// What the options of a node lie in: a builtin operator's table, a custom one's bytes.
struct OptionsSource {
  const fb::Operator& node;
  std::span<const std::byte> custom;
};
// The node's parameters, or the first option that is broken. Of operators that are not implemented: UnreadParams where
// the file states options that readBodies() does not tell all of, else NoParams.
Result<OpParams> readParams(const OperatorFacts& facts, const OptionsSource& source);

struct WrittenParams {
  fb::BuiltinOptions type = fb::BuiltinOptions::NONE;
  flatbuffers::Offset<void> table;
  std::vector<std::byte> custom;
};
// InvalidArgument when the parameters are those of another operator, Unsupported when they were not read.
Result<WrittenParams> writeParams(flatbuffers::FlatBufferBuilder& builder, const Node& node);

// Whether the table of parameters has a line for the operator, as every implemented one must.
bool knowsParams(OpKind op);

// Custom operators that we know (params_custom.cpp).
Result<TransposeConvParams> readTransposeBias(std::span<const std::byte> options);
std::vector<std::byte> writeTransposeBias(const TransposeConvParams& params);
Result<DetectionPostProcessParams> readDetection(std::span<const std::byte> options);
std::vector<std::byte> writeDetection(const DetectionPostProcessParams& params);

}  // namespace trireme::model
