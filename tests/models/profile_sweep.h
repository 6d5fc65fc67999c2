#pragma once

#include <filesystem>
#include <string>
#include <vector>

// Models through emulated devices: what a plan over profile and CPU gives against what the CPU alone gives. Bit for bit
// where the profile keeps the wrapped delegate's bits; a profile of half precision within its class.
namespace trireme::models {

struct Sweep {
  std::vector<std::string> profiles, strategies;  // strategies without argument; "single": of the profile
};
std::vector<std::string> everyProfile();
std::vector<std::string> everyStrategy();

struct SweepResult {
  bool ran = false;  // false: an operator is not implemented, so the CPU alone has no answer
  double macs = 0;
  size_t plans = 0;                // that ran
  size_t delegated = 0;            // of them, with a node on the device
  std::vector<std::string> wrong;  // a sentence each
};
double macsOf(const std::filesystem::path& file);  // negative: the file does not compile
SweepResult sweepModel(const std::filesystem::path& file, const Sweep& sweep);

}  // namespace trireme::models
