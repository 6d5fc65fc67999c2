#include "tests/fuzz/run_bytes.h"

// libFuzzer's entry: the bytes of a file from a stranger.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)trireme::fuzz::runBytes(std::as_bytes(std::span(data, size)));
  return 0;
}
