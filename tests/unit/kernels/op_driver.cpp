// op_driver CASES.json ANSWERS.json ANSWERS.bin: runs the cases of tests/litert/op_cases.py on the reference kernels.
// ANSWERS.json lists, for each case, where its outputs lie in ANSWERS.bin, or the sentence of its refusal.

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "recorded_case.h"

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: op_driver CASES.json ANSWERS.json ANSWERS.bin\n";
    return 1;
  }
  std::ifstream file(arguments[1]);
  const auto cases = nlohmann::json::parse(file);
  auto answers = nlohmann::json::array();
  std::ofstream bytes(arguments[3], std::ios::binary);
  size_t at = 0;
  for (const auto& described : cases) {
    const auto result = trireme::test::runOne(trireme::test::readCase(described));
    nlohmann::json answer;
    if (result.ok()) {
      answer["off"] = at;
      for (const auto& output : result.value()) {
        bytes.write(reinterpret_cast<const char*>(output.data()), std::streamsize(output.size()));
        answer["lens"].push_back(output.size());
        at += output.size();
      }
    } else {
      answer["error"] = std::string(result.status().message());
    }
    answers.push_back(std::move(answer));
  }
  std::ofstream(arguments[2]) << answers.dump();
  return 0;
}
