// Writes our own small models into a folder, for the fuzzer to begin with: make_corpus FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/sample_models.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_corpus FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder(argv[1]);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const trireme::samples::Sample& sample : trireme::samples::sampleModels()) {
    const std::vector<std::byte> bytes = trireme::samples::fileOf(sample);
    std::ofstream file(folder / (sample.name + ".tflite"), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write into %s\n", folder.string().c_str());
      return 1;
    }
  }
  return 0;
}
