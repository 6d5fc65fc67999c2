#pragma once

#include "trireme/interpreter.h"

namespace trireme::model {

struct AttachedFile {
  std::string name;
  std::vector<std::byte> bytes;
};
struct WriterOptions {
  std::string description;
  std::vector<AttachedFile> attachments;  // packed behind the model as TFLite metadata does (a zip)
};
// A .tflite file, schema version 3, that says what the graphs say. Anything that Model reads can be written, but for
// what a Graph does not keep: a node whose options were not read (UnreadParams) is refused, Unsupported, and metadata
// that are no files are left out. A dimension that is not known becomes 1 in the tensor's shape and -1 in its
// shape_signature, as the format has it.
Result<std::vector<std::byte>> writeModel(std::span<const Graph> subgraphs, std::span<const Signature> signatures = {},
                                          const WriterOptions& options = {});

}  // namespace trireme::model
