#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/commands.h"
#include "tools/describe.h"

namespace trireme::tools {
namespace {

Json describe(const DelegateListing& listing) {
  Json why;
  if (!listing.usable.ok()) why = listing.usable.message();
  return {{"delegate", listing.spec},
          {"device", listing.device},
          {"driver", listing.driver},
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
