#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

// What a SPIR-V module says of itself, as far as a device reads it.
namespace trireme::gpu {

struct SpirvFacts {
  uint32_t version = 0;
  std::set<uint32_t> capabilities;
  std::multiset<uint32_t> bindings;  // of all variables
  std::set<uint32_t> written;        // bindings of which a member may be written
  std::set<uint32_t> texels;         // bindings that are texel buffers
  std::set<uint32_t> specIds;
  std::vector<uint32_t> paramOffsets;        // of the push constants' members
  uint32_t products = 0, exactProducts = 0;  // of floats; those that NoContraction keeps from joining a sum
};
// A text that names what is wrong, empty where the words are a module.
std::string readSpirv(std::span<const uint32_t> words, SpirvFacts& facts);

}  // namespace trireme::gpu
