#pragma once

#include <string>
#include <vector>

#include "core/model/writer.h"

namespace trireme::samples {

// A small model of our own: what the fuzzer's corpus, the mutation test and the loader's tests are made from.
struct Sample {
  std::string name;
  std::vector<Graph> subgraphs;
  std::vector<Signature> signatures;
  model::WriterOptions options;
};
// Always the same, byte for byte. Between them they have every kind of options, constants, quantisation, state, bodies,
// signatures and attached files.
std::vector<Sample> sampleModels();
// The file of one. Ends the program when it cannot be written: then our own code is wrong.
std::vector<std::byte> fileOf(const Sample& sample);

}  // namespace trireme::samples
