#include "delegates/gpu/quirks.h"

#include <array>
#include <cctype>
#include <vector>

namespace trireme::gpu {
namespace {

constexpr std::array kLines = {
    QuirkLine{"opencl", "Clover", "", "", "",
              [](Quirks& quirks) { quirks.refused = "Mesa's Clover compiles many programs wrongly; use rusticl"; },
              "Mesa took Clover out again in favour of rusticl"},
    QuirkLine{"opencl", "rusticl", "", "", "", [](Quirks& quirks) { quirks.importsMemory = false; },
              "seen in Mesa 22.3: a mapping is known only once it was carried out, and unmapping it before fails"},
    QuirkLine{
        "opencl", "Oclgrind", "", "", "",
        [](Quirks& quirks) {
          quirks.cachesPrograms = false;
          quirks.importsMemory = false;
          quirks.buildOptions = "-cl-opt-disable";
        },
        "it interprets what its compiler makes, and its check of uninitialised reads knows no 'freeze', which the "
        "optimiser makes of divisions; it takes imported memory for uninitialised; a binary saves it nothing"},
};

// "535.104.05" as {535, 104, 5}; "Mesa 22.3.6" as {22, 3, 6}: every run of digits is a number.
std::vector<uint64_t> numbers(std::string_view version) {
  std::vector<uint64_t> all;
  bool inside = false;
  for (char letter : version) {
    const bool digit = std::isdigit(static_cast<unsigned char>(letter)) != 0;
    if (digit && !inside) all.push_back(0);
    if (digit) all.back() = all.back() * 10 + uint64_t(letter - '0');
    inside = digit;
  }
  return all;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool fits(const QuirkLine& line, const DriverIdentity& identity) {
  if (!line.api.empty() && line.api != identity.api) return false;
  if (!contains(identity.platform, line.platform) || !contains(identity.device, line.device)) return false;
  const std::vector<uint64_t> version = numbers(identity.driver);
  if (!line.from.empty() && version < numbers(line.from)) return false;
  return line.before.empty() || version < numbers(line.before);
}

}  // namespace

std::span<const QuirkLine> quirkLines() { return kLines; }

Quirks quirksOf(const DriverIdentity& identity, std::span<const QuirkLine> lines) {
  Quirks quirks;
  for (const QuirkLine& line : lines) {
    if (fits(line, identity)) line.apply(quirks);
  }
  return quirks;
}

}  // namespace trireme::gpu
