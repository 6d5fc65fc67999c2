#pragma once

#include "core/model/file.h"
#include "trireme/interpreter.h"

namespace trireme::model {

struct Contents {
  std::vector<Graph> subgraphs;
  std::vector<Signature> signatures;
};
// Graphs and signatures of a file that verifies. A value's id is its tensor's index in the file; what state slots write
// comes after those. Graphs keep `owner` alive, in which the file's bytes lie.
Result<Contents> readFile(const File& file, const std::shared_ptr<const void>& owner);

}  // namespace trireme::model
