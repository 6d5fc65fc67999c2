#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace trireme::fuzz {

// What became of some bytes: the loader's or the interpreter's sentence, or "ran" or "loaded".
struct Outcome {
  bool loaded = false, ran = false;
  std::string sentence;
};
// Loads the bytes as a model and, where it is small, runs it once on zeros, with limits on memory and time. Anything
// but an outcome is a fault of ours.
Outcome runBytes(std::span<const std::byte> bytes);
// False where the interpreter is not built: then models are only loaded.
bool runsModels();

}  // namespace trireme::fuzz
