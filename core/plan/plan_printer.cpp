#include "core/plan/plan_printer.h"

#include <fmt/format.h>

#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

class Printer {
 public:
  Printer(const ExecutionPlan& plan, const Graph& graph, std::span<const std::string> names)
      : plan_(plan), graph_(graph), names_(names) {}

  std::string print() {
    text_ = fmt::format("plan {}{}\n", plan_.strategy, plan_.proven ? ", proven" : "");
    for (size_t p = 0; p < plan_.partitions.size(); ++p) printPartition(p);
    for (size_t a = 0; a < plan_.arenas.size(); ++a) printArena(a);
    for (size_t s = 0; s < plan_.steps.size(); ++s) printStep(s);
    printSlots("input", plan_.inputs);
    printSlots("output", plan_.outputs);
    printSlots("preserved", plan_.preserved);
    for (const ConstantSlot& constant : plan_.constants) {
      text_ += fmt::format("constant {} {}\n", nameOf(constant.value), slot(constant.slot));
    }
    for (const Commit& commit : plan_.commits) {
      text_ += fmt::format("commit {} -> {}\n", slot(commit.written), slot(commit.kept));
    }
    return std::move(text_);
  }

 private:
  std::string delegate(uint32_t number) const { return number == kHost ? "host" : names_[number]; }
  static std::string slot(const Slot& slot) { return fmt::format("{}@{}+{}", slot.arena, slot.offset, slot.bytes); }
  std::string nameOf(ValueId value) const {
    const std::string& name = graph_.value(value).name;
    return name.empty() ? fmt::format("value{}", index(value)) : name;
  }
  static std::string slots(std::span<const Slot> list) {
    std::string text;
    for (const Slot& one : list) text += " " + slot(one);
    return text;
  }
  std::string values(std::span<const ValueId> list) const {
    std::string text;
    for (ValueId one : list) text += " " + nameOf(one);
    return text;
  }
  static double microseconds(const Cost& cost) { return cost.seconds * 1e6; }

  void printPartition(size_t number) {
    const PlannedPartition& partition = plan_.partitions[number];
    text_ += fmt::format("partition {} {}, {:.3f} us, nodes", number, delegate(partition.delegate),
                         microseconds(partition.predicted));
    for (NodeId node : partition.nodes) text_ += fmt::format(" {}", index(node));
    text_ += fmt::format("; reads{}; writes{}\n", values(partition.inputs), values(partition.outputs));
  }

  void printArena(size_t number) {
    const Arena& arena = plan_.arenas[number];
    const bool host = arena.home == Arena::Home::Host;
    text_ +=
        fmt::format("arena {} {} bytes aligned to {}, {}{}", number, arena.bytes, arena.alignment,
                    host ? "host" : "device", arena.lifetime == Arena::Lifetime::Interpreter ? ", interpreter" : "");
    for (size_t u = 0; u < arena.users.size(); ++u) {
      text_ += fmt::format("{}{}", u == 0 ? (host ? ", imported by " : " ") : " and ", delegate(arena.users[u]));
    }
    text_ += "\n";
  }

  std::string action(const Action& action) const {
    if (const auto* run = std::get_if<RunStep>(&action)) {
      const std::string scratch = run->scratch.bytes > 0 ? " scratch " + slot(run->scratch) : "";
      return fmt::format("run {}{} ->{}{}", run->partition, slots(run->inputs), slots(run->outputs), scratch);
    }
    if (const auto* copy = std::get_if<UploadStep>(&action)) {
      return fmt::format("upload {} {} -> {}", nameOf(copy->value), slot(copy->from), slot(copy->to));
    }
    if (const auto* copy = std::get_if<DownloadStep>(&action)) {
      return fmt::format("download {} {} -> {}", nameOf(copy->value), slot(copy->from), slot(copy->to));
    }
    if (const auto* step = std::get_if<HandoverStep>(&action)) {
      return fmt::format("handover {} {} {} -> {}", nameOf(step->value), slot(step->slot), delegate(step->from),
                         delegate(step->to));
    }
    return describeAction(action, graph_);
  }

  void printStep(size_t number) {
    const Step& step = plan_.steps[number];
    text_ += fmt::format("step {} {}: {}, {:.3f} us", number, delegate(step.delegate), action(step.action),
                         microseconds(step.predicted));
    for (size_t i = 0; i < step.after.size(); ++i)
      text_ += fmt::format("{}{}", i == 0 ? ", after " : " ", step.after[i]);
    text_ += "\n";
  }

  void printSlots(const char* what, std::span<const Slot> list) {
    for (size_t i = 0; i < list.size(); ++i) text_ += fmt::format("{} {} {}\n", what, i, slot(list[i]));
  }

  const ExecutionPlan& plan_;
  const Graph& graph_;
  std::span<const std::string> names_;
  std::string text_;
};

}  // namespace

std::string printPlan(const ExecutionPlan& plan, const Graph& graph, std::span<const std::string> names) {
  return Printer(plan, graph, names).print();
}

}  // namespace trireme::plan
