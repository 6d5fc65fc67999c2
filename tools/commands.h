#pragma once

#include <functional>
#include <span>

namespace CLI {
class App;
}

namespace trireme::tools {

// Exit codes, the same for every command.
inline constexpr int kDone = 0, kWrongInput = 1, kWrongUsage = 2, kDeviceFailed = 3, kCheckFailed = 4,
                     kInterrupted = 130;

// One command of the program: declares its words on a subcommand and returns what runs it. What it returns is the exit
// code.
struct Command {
  const char* name;
  const char* summary;
  const char* examples;  // two, shown below --help
  std::function<int()> (*declare)(CLI::App&);
};
std::span<const Command> commandTable();

std::function<int()> declareDevices(CLI::App& app);
std::function<int()> declareInspect(CLI::App& app);
std::function<int()> declareRun(CLI::App& app);
std::function<int()> declareExplain(CLI::App& app);
std::function<int()> declarePlan(CLI::App& app);
std::function<int()> declareCalibrate(CLI::App& app);
std::function<int()> declareBench(CLI::App& app);
std::function<int()> declareProfiles(CLI::App& app);
std::function<int()> declareZoo(CLI::App& app);

}  // namespace trireme::tools
