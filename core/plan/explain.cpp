#include "core/plan/explain.h"

#include <fmt/format.h>

#include <map>

#include "core/plan/steps.h"
#include "core/plan/time_text.h"

namespace trireme::plan {
namespace {

constexpr size_t kColumns = 100;

// `lead` and `text`, broken between words (or inside one that is too long), continued under where `text` began.
std::string wrapped(const std::string& lead, std::string_view text) {
  std::string result = lead;
  const size_t room = kColumns - lead.size();
  bool first = true;
  while (!text.empty() || first) {
    size_t take = text.size();
    if (take > room) {
      const size_t space = text.substr(0, room + 1).rfind(' ');
      take = space == std::string_view::npos || space == 0 ? room : space;
    }
    if (!first) result += std::string(lead.size(), ' ');
    result += text.substr(0, take);
    result += '\n';
    text.remove_prefix(take);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    first = false;
  }
  return result;
}

std::string shortened(std::string_view text, size_t most) {
  return text.size() <= most ? std::string(text) : fmt::format("{}~", text.substr(0, most - 1));
}

class Explainer {
 public:
  explicit Explainer(const ExplainInput& input) : input_(input) {
    for (const auto& calls : input.calls) {
      for (const CallInfo& call : calls) {
        for (NodeId node : call.nodes) noteKernel(node, call);
      }
    }
  }

  std::string write() {
    writePartitions();
    writeCopies();
    writeMemory();
    writePasses();
    writeNodes();
    return std::move(text_);
  }

 private:
  void noteKernel(NodeId node, const CallInfo& call) {
    for (uint32_t origin : input_.graph.node(node).origins) kernels_.emplace(origin, &call);
  }
  std::string name(uint32_t delegate) const { return delegate == kHost ? "host" : input_.names[delegate]; }

  void writePartitions() {
    text_ += fmt::format("strategy {}{}, predicted {}\n", input_.plan.strategy,
                         input_.plan.proven ? " (proven optimal)" : "", timeText(input_.plan.predicted.seconds));
    for (size_t p = 0; p < input_.plan.partitions.size(); ++p) {
      const PlannedPartition& partition = input_.plan.partitions[p];
      text_ += wrapped(fmt::format("partition {:>3}  ", p),
                       fmt::format("{} ({}), {} node{}, {} of weights, predicted {}", name(partition.delegate),
                                   input_.devices[partition.delegate], partition.nodes.size(),
                                   partition.nodes.size() == 1 ? "" : "s", bytes(input_.weightBytes[p]),
                                   timeText(partition.predicted.seconds)));
    }
  }

  static std::string bytes(size_t count) {
    if (count >= 10 * 1024 * 1024) return fmt::format("{:.1f} MiB", double(count) / (1024 * 1024));
    return count >= 10 * 1024 ? fmt::format("{:.1f} KiB", double(count) / 1024) : fmt::format("{} bytes", count);
  }

  void writeCopies() {
    for (size_t s = 0; s < input_.plan.steps.size(); ++s) {
      const Step& step = input_.plan.steps[s];
      if (std::holds_alternative<RunStep>(step.action)) continue;
      size_t moved = 0;
      if (const auto* up = std::get_if<UploadStep>(&step.action)) moved = up->to.bytes;
      if (const auto* down = std::get_if<DownloadStep>(&step.action)) moved = down->to.bytes;
      text_ += wrapped(fmt::format("step {:>8}  ", s),
                       fmt::format("{}, {}, {}, predicted {}", describeAction(step.action, input_.graph),
                                   name(step.delegate), bytes(moved), timeText(step.predicted.seconds)));
    }
  }

  void writeMemory() {
    for (size_t a = 0; a < input_.plan.arenas.size(); ++a) {
      const Arena& arena = input_.plan.arenas[a];
      std::string users = arena.home == Arena::Home::Host ? "host" : name(arena.users[0]);
      if (arena.home == Arena::Home::Host) {
        for (uint32_t user : arena.users) users += fmt::format(", imported by {}", name(user));
      }
      text_ += wrapped(fmt::format("arena {:>7}  ", a), fmt::format("{} on {}", bytes(arena.bytes), users));
    }
  }

  void writePasses() {
    for (const PassReport& pass : input_.passes) {
      if (pass.changed == 0) continue;
      text_ += wrapped("pass           ",
                       fmt::format("{} changed {} node{}", pass.name, pass.changed, pass.changed == 1 ? "" : "s"));
    }
  }

  void writeNodes() {
    text_ += fmt::format("{:>5}  {:<24}  {:<12}  {:>4}  {}\n", "node", "operator", "delegate", "part", "why");
    for (const Placement& placement : input_.placements) writeNode(placement);
  }

  std::string reason(const Placement& placement) const {
    std::string why = placement.why;
    if (placement.fusedInto && !why.starts_with("merged")) why += fmt::format(", fused into {}", *placement.fusedInto);
    const auto kernel = kernels_.find(placement.origins.front());
    if (kernel == kernels_.end()) return why;
    why = (why == "the only delegate" ? "" : why + "; ") + kernel->second->kernel;
    if (!kernel->second->why.empty()) why += fmt::format(": {}", kernel->second->why);
    return why;
  }

  void writeNode(const Placement& placement) {
    const bool planned = placement.partition != kNoPartition;
    const std::string delegate = planned ? name(input_.plan.partitions[placement.partition].delegate) : "-";
    const std::string partition = planned ? fmt::format("{}", placement.partition) : "-";
    text_ += wrapped(fmt::format("{:>5}  {:<24}  {:<12}  {:>4}  ", placement.origins.front(),
                                 shortened(opName(placement.op), 24), shortened(delegate, 12), partition),
                     reason(placement));
    for (const Candidate& candidate : placement.candidates) {
      for (const Reason& refusal : candidate.support.reasons()) {
        text_ += wrapped(fmt::format("{:>7}not {}: ", "", shortened(input_.names[candidate.delegate], 24)),
                         fmt::format("{}: {}", reasonName(refusal.code), refusal.detail));
      }
    }
  }

  const ExplainInput& input_;
  std::map<uint32_t, const CallInfo*> kernels_;
  std::string text_;
};

}  // namespace

std::string explain(const ExplainInput& input) { return Explainer(input).write(); }

}  // namespace trireme::plan
