// The trireme program: a table of commands. Its contract with scripts is docs/cli.md.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/commands.h"
#include "tools/interrupt.h"
#include "trireme/trireme.h"

namespace {

using trireme::tools::Command;

// Two examples, indented, below every command's --help.
std::string footer(const Command& command) {
  std::string text = "\nExamples:\n  ";
  for (const char* c = command.examples; *c; ++c) text += *c == '\n' ? std::string("\n  ") : std::string(1, *c);
  return text;
}

// What was wrong, in a sentence that names the commands where one was expected.
std::string sentence(const CLI::App& app, const CLI::ParseError& error) {
  if (!app.get_subcommands().empty()) return error.what();
  std::string known;
  for (const Command& command : trireme::tools::commandTable()) {
    known += (known.empty() ? "" : ", ") + std::string(command.name);
  }
  const std::vector<std::string> words = app.remaining();
  if (words.empty()) return fmt::format("which command? There are: {}", known);
  const char* what = words[0].starts_with("-") ? "option" : "command";
  return fmt::format("there is no {} '{}'; the commands are: {}", what, words[0], known);
}

}  // namespace

int main(int argc, char** argv) {
  trireme::tools::watchForInterrupt();
  CLI::App app("Runs .tflite models on whatever the machine has, and tells what runs where and why.", "trireme");
  app.set_version_flag("--version", "trireme " + std::string(trireme::version()));
  app.require_subcommand(1);
  app.footer(
      "\nExamples:\n  trireme devices\n  trireme run mobilenet.tflite --image 0=cat.jpg --top 3\n\n"
      "Exit codes: 0 done, 1 wrong model, input or file, 2 wrong usage, 3 a required device failed,\n"
      "4 a check failed, 130 interrupted.");
  std::vector<std::pair<CLI::App*, std::function<int()>>> commands;
  for (const Command& command : trireme::tools::commandTable()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->footer(footer(command));
    commands.emplace_back(sub, command.declare(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "trireme: {}\n", sentence(app, error));
    fmt::print(stderr, "'trireme --help' and 'trireme COMMAND --help' tell what there is.\n");
    return trireme::tools::kWrongUsage;
  }
  for (const auto& [sub, run] : commands) {
    if (sub->parsed()) return run();
  }
  return trireme::tools::kWrongUsage;
}
