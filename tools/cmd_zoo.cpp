#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/commands.h"
#include "tools/describe.h"
#include "tools/interrupt.h"
#include "tools/zoo/generate.h"

namespace trireme::tools {
namespace {

struct Words {
  OutputOptions output;
  std::string name, type = "float32", file;
  uint64_t seed = zoo::kDefaultSeed;
};

Json networkJson(const zoo::Network& network) {
  return {{"name", network.name},
          {"title", network.title},
          {"types", std::vector<std::string_view>(zoo::formNames().begin(), zoo::formNames().end())},
          {"input", {1, network.input[0], network.input[1], network.input[2]}},
          {"parameters", network.parameters},
          {"macs", network.macs},
          {"bytes", network.parameters * int64_t{sizeof(float)}}};
}

Status list(const Output& output) {
  Json document = documentHead("zoo");
  document["networks"] = Json::array();
  std::string text = fmt::format("{:<20} {:>10} {:>12} {:>10}\n", "name", "input", "parameters", "MMAC");
  for (const zoo::Network& network : zoo::networks()) {
    document["networks"].push_back(networkJson(network));
    const std::string input = fmt::format("{}x{}x{}", network.input[0], network.input[1], network.input[2]);
    text += fmt::format("{:<20} {:>10} {:>12} {:>10.1f}  {}\n", network.name, input, network.parameters,
                        double(network.macs) / 1e6, network.title);
  }
  document["written"] = nullptr;
  output.text(text);
  return output.document(document);
}

Status generate(const Words& words, const zoo::Network& network, zoo::Form form, const Output& output) {
  const std::string path = words.file.empty() ? fmt::format("{}_{}.tflite", network.name, words.type) : words.file;
  TRIREME_ASSIGN(const std::vector<std::byte> bytes, zoo::generate(network, form, words.seed));
  if (wasInterrupted()) return Status::error(Code::Cancelled, "interrupted");
  TRIREME_TRY(writeFile(path, bytes));
  output.text(fmt::format("{}: {} {}, seed {}, {} bytes\n", path, network.name, words.type, words.seed, bytes.size()));
  Json document = documentHead("zoo");
  document["networks"] = Json::array({networkJson(network)});
  document["written"] = {{"path", path},
                         {"type", words.type},
                         {"seed", words.seed},
                         {"bytes", bytes.size()},
                         {"sha256", hexSha256(bytes)}};
  return output.document(document);
}

int wrongUsage(const Status& status) {
  fmt::print(stderr, "trireme: {}\n", status.message());
  return kWrongUsage;
}

int runZoo(Words words) {
  // "--json NAME" read NAME as the JSON's file.
  if (words.name.empty() && zoo::findNetwork(words.output.jsonFile).ok()) words.name.swap(words.output.jsonFile);
  const Output output(words.output);
  if (words.name.empty()) {
    if (!words.file.empty()) {
      return wrongUsage(Status::error(Code::InvalidArgument, "-o needs the NAME of the network to write"));
    }
    const Status status = list(output);
    return status.ok() ? kDone : Output::fail(status);
  }
  const auto network = zoo::findNetwork(words.name);
  if (!network.ok()) return wrongUsage(network.status());
  const auto form = zoo::findForm(words.type);
  if (!form.ok()) return wrongUsage(form.status());
  const Status status = generate(words, *network.value(), form.value(), output);
  return status.ok() ? kDone : Output::fail(status);
}

}  // namespace

std::function<int()> declareZoo(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  app.add_option("NAME", words->name, "the network to generate; without it: the list");
  app.add_option("--type", words->type, "float32 (default), float16 (weights), int8")->type_name("T");
  app.add_option("-o", words->file, "where to write it; default: NAME_TYPE.tflite in this folder")->type_name("FILE");
  app.add_option("--seed", words->seed, "of the weights; default 1")->type_name("N");
  declareOutput(app, words->output);
  return [words] { return runZoo(*words); };
}

}  // namespace trireme::tools
