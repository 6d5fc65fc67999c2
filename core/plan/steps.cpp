#include "core/plan/steps.h"

#include <fmt/format.h>

namespace trireme::plan {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string nameOf(const Graph& graph, ValueId value) {
  const std::string& name = graph.value(value).name;
  return name.empty() ? fmt::format("value {}", index(value)) : fmt::format("'{}'", name);
}

}  // namespace

std::vector<Access> accessesOf(const Step& step) {
  std::vector<Access> accesses;
  std::visit(Overloaded{[&](const RunStep& run) {
                          for (const Slot& slot : run.inputs) accesses.push_back({slot, false});
                          for (const Slot& slot : run.outputs) accesses.push_back({slot, true});
                          if (run.scratch.bytes > 0) accesses.push_back({run.scratch, true});
                        },
                        [&](const UploadStep& copy) {
                          accesses = {{copy.from, false}, {copy.to, true}};
                        },
                        [&](const DownloadStep& copy) {
                          accesses = {{copy.from, false}, {copy.to, true}};
                        },
                        [&](const HandoverStep& handover) {
                          accesses = {{handover.slot, true}};
                        },
                        [](const auto&) {}},
             step.action);
  return accesses;
}

void changeSlots(Step& step, const std::function<void(Slot&)>& change) {
  std::visit(Overloaded{[&](RunStep& run) {
                          for (Slot& slot : run.inputs) change(slot);
                          for (Slot& slot : run.outputs) change(slot);
                          change(run.scratch);
                        },
                        [&](UploadStep& copy) { change(copy.from), change(copy.to); },
                        [&](DownloadStep& copy) { change(copy.from), change(copy.to); },
                        [&](HandoverStep& handover) { change(handover.slot); }, [](auto&) {}},
             step.action);
}

std::string describeAction(const Action& action, const Graph& graph) {
  return std::visit(
      Overloaded{[](const RunStep& run) { return fmt::format("run of partition {}", run.partition); },
                 [&](const UploadStep& copy) { return fmt::format("upload of {}", nameOf(graph, copy.value)); },
                 [&](const DownloadStep& copy) { return fmt::format("download of {}", nameOf(graph, copy.value)); },
                 [&](const HandoverStep& step) { return fmt::format("hand-over of {}", nameOf(graph, step.value)); },
                 [](const LoadStep& load) { return fmt::format("load of partition {}", load.partition); },
                 [](const UnloadStep& unload) { return fmt::format("unload of partition {}", unload.partition); }},
      action);
}

}  // namespace trireme::plan
