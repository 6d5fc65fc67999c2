#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/commands.h"
#include "tools/describe.h"

namespace trireme::tools {
namespace {

// What a device does not say is null.
Json known(uint64_t number) { return number == 0 ? Json() : Json(number); }

Json describe(const GpuFacts& facts) {
  return {{"version", facts.version},
          {"memory", known(facts.memory)},
          {"largest_binding", known(facts.largestBinding)},
          {"largest_allocation", known(facts.largestAllocation)},
          {"binding_alignment", known(facts.bindingAlignment)},
          {"import_alignment", known(facts.importAlignment)},
          {"group_items", known(facts.groupItems)},
          {"group_memory", known(facts.groupMemory)},
          {"vector_width", known(facts.vectorWidth)},
          {"features", facts.features}};
}

std::string sizeText(uint64_t bytes) {
  constexpr double kKiB = 1024, kMiB = kKiB * 1024, kGiB = kMiB * 1024;
  const double size = double(bytes);
  if (size < kMiB) return fmt::format("{:g} KiB", size / kKiB);
  return size < kGiB ? fmt::format("{:.4g} MiB", size / kMiB) : fmt::format("{:.3g} GiB", size / kGiB);
}

// A second line: "cpu, version 1.3.230, 7.76 GiB of memory, ...".
std::string textOf(const GpuFacts& facts) {
  std::string text = fmt::format("{}, version {}", facts.type, facts.version);
  if (facts.memory > 0) text += fmt::format(", {} of memory", sizeText(facts.memory));
  if (facts.largestBinding > 0) {
    text += fmt::format(", bindings to {} on multiples of {}, groups to {} items", sizeText(facts.largestBinding),
                        facts.bindingAlignment, facts.groupItems);
  }
  for (const std::string& feature : facts.features) text += ", " + feature;
  return text;
}

Json describe(const DelegateListing& listing) {
  Json why;
  if (!listing.usable.ok()) why = listing.usable.message();
  return {{"delegate", listing.spec},
          {"device", listing.device},
          {"driver", listing.driver},
          {"type", listing.gpu ? Json(listing.gpu->type) : Json()},
          {"limits", listing.gpu ? describe(*listing.gpu) : Json()},
          {"usable", listing.usable.ok()},
          {"why", why}};
}

int runDevices(const OutputOptions& words) {
  const Output output(words);
  Json document = documentHead("devices");
  const Json machine = document["machine"];
  document["cpu"] = {{"name", machine["cpu"]}, {"cores", machine["cores"]}, {"isa", machine["isa"]}};
  document["opencl"] = document["vulkan"] = Json::array();
  std::string text;
  for (const DelegateListing& listing : listDelegates()) {
    for (const char* api : {"opencl", "vulkan"}) {
      if (listing.spec.starts_with(api)) document[api].push_back(describe(listing));
    }
    text += fmt::format("{:<12} {}{}{}\n", listing.spec, listing.device,
                        listing.driver.empty() ? "" : fmt::format(" ({})", listing.driver),
                        listing.usable.ok() ? "  usable" : fmt::format("  not usable: {}", listing.usable.message()));
    if (listing.gpu) text += fmt::format("{:<12} {}\n", "", textOf(*listing.gpu));
  }
  std::string isa;
  for (const auto& word : machine["isa"]) isa += " " + word.get<std::string>();
  text += fmt::format("instruction sets:{}\n", isa);
  output.text(text);
  const Status written = output.document(document);
  return written.ok() ? kDone : Output::fail(written);
}

}  // namespace

std::function<int()> declareDevices(CLI::App& app) {
  const auto words = std::make_shared<OutputOptions>();
  declareOutput(app, *words);
  return [words] { return runDevices(*words); };
}

}  // namespace trireme::tools
