#pragma once

#include <array>

#include "trireme/graph.h"

namespace trireme::zoo {

// One network of the zoo. What is stated here is what its graph has (a test counts).
struct Network {
  std::string_view name, title;
  std::array<int64_t, 3> input;  // height, width, channels; batch 1
  int64_t parameters = 0, macs = 0;
  Result<Graph> (*build)(uint64_t seed);  // float32
};
std::span<const Network> networks();
// InvalidArgument that lists the names that there are.
Result<const Network*> findNetwork(std::string_view name);

// The builders, a file a family.
Result<Graph> buildLenet(uint64_t seed);
Result<Graph> buildMobilenetV1(uint64_t seed);
Result<Graph> buildMobilenetV2(uint64_t seed);
Result<Graph> buildMobilenetV3Large(uint64_t seed);
Result<Graph> buildSqueezenet10(uint64_t seed);
Result<Graph> buildSqueezenet11(uint64_t seed);
Result<Graph> buildResnet50(uint64_t seed);
Result<Graph> buildInceptionV3(uint64_t seed);
Result<Graph> buildDensenet121(uint64_t seed);
Result<Graph> buildDeeplabV3(uint64_t seed);
Result<Graph> buildSrcnn(uint64_t seed);

}  // namespace trireme::zoo
