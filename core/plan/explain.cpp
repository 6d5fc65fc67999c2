#include "core/plan/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/plan/explained.h"
#include "core/plan/layout.h"
#include "core/plan/time_text.h"

namespace trireme::plan {
namespace {

std::vector<uint32_t> originsOf(const Graph& graph, std::span<const NodeId> nodes) {
  std::vector<uint32_t> origins;
  for (const NodeId node : nodes) {
    const auto& own = graph.node(node).origins;
    origins.insert(origins.end(), own.begin(), own.end());
  }
  std::ranges::sort(origins);
  return origins;
}

int64_t macsOf(const Explained& all, uint32_t partition) {
  int64_t macs = 0;
  for (size_t i = 0; i < all.macs.size(); ++i) {
    if (all.input.placements[i].partition == partition) macs += all.macs[i];
  }
  return macs;
}

std::string writePartitions(const Explained& all) {
  const size_t names = widthOfNames(all);
  std::string text =
      fmt::format("\n part  {:<{}}  {:>8}  {:>10}  {:>9}  nodes\n", "delegate", names, "MMAC", "weights", "predicted");
  for (uint32_t p = 0; p < all.input.plan.partitions.size(); ++p) {
    const PlannedPartition& partition = all.input.plan.partitions[p];
    const std::vector<uint32_t> nodes = originsOf(all.input.graph, partition.nodes);
    text += wrapped(fmt::format("{:>5}  {:<{}}  {:>8}  {:>10}  {:>9}  ", p, all.name(partition.delegate), names,
                                macsText(macsOf(all, p)), bytesText(all.input.weightBytes[p]),
                                timeText(partition.predicted.seconds)),
                    fmt::format("{}: {}", nodes.size(), rangesText(nodes)));
  }
  return text;
}

// What goes from where to where.
struct Route {
  ValueId value{};
  std::string from, to;
  size_t bytes = 0;
};

Route routeOf(const Explained& all, const Step& step) {
  const std::string device = all.name(step.delegate);
  if (const auto* up = std::get_if<UploadStep>(&step.action)) return {up->value, "host", device, up->to.bytes};
  if (const auto* down = std::get_if<DownloadStep>(&step.action)) return {down->value, device, "host", down->to.bytes};
  const auto& over = std::get<HandoverStep>(step.action);
  return {over.value, all.name(over.from), all.name(over.to), 0};
}

std::string writeCopies(const Explained& all) {
  if (all.copies.empty()) return "";
  const size_t names = widthOfNames(all);
  std::string text =
      fmt::format("\n copy  {:<{}}  {:<{}}  {:>11}  {:>9}\n", "from", names, "to", names, "bytes", "predicted");
  for (size_t i = 0; i < all.copies.size(); ++i) {
    const Route route = routeOf(all, all.step(all.copies[i]));
    const std::string& name = all.input.graph.value(route.value).name;
    const bool handover = std::holds_alternative<HandoverStep>(all.step(all.copies[i]).action);
    text += fmt::format("{:>5}  {:<{}}  {:<{}}  {:>11}  {:>9}", i, route.from, names, route.to, names,
                        handover ? "handed over" : bytesText(route.bytes),
                        timeText(all.step(all.copies[i]).predicted.seconds));
    text += '\n' + wrapped("       ", fmt::format("'{}', {}", shortened(name, 60), all.copies[i].why));
  }
  return text;
}

std::string writeMemory(const Explained& all) {
  std::string text = "\narena  memory\n";
  for (size_t a = 0; a < all.input.plan.arenas.size(); ++a) {
    const Arena& arena = all.input.plan.arenas[a];
    std::string users = arena.home == Arena::Home::Host ? "host" : all.input.names[arena.users[0]];
    if (arena.home == Arena::Home::Host) {
      for (uint32_t user : arena.users) users += fmt::format(", imported by {}", all.input.names[user]);
    }
    text += wrapped(fmt::format("{:>5}  ", a), fmt::format("{} on {}", bytesText(arena.bytes), users));
  }
  return text;
}

std::string writePasses(const Explained& all) {
  std::string text;
  for (const PassReport& pass : all.input.passes) {
    if (pass.changed > 0) text += fmt::format("  {} took {} away\n", pass.name, countText(pass.changed, "node"));
  }
  return text.empty() ? text : "\npasses\n" + text;
}

std::string nodesText(const Graph& graph, const CallInfo& call) { return rangesText(originsOf(graph, call.nodes)); }

}  // namespace

std::string explain(const ExplainInput& input) {
  const Explained all = gather(input);
  return writeSummary(all) + writePartitions(all) + writeCopies(all) + writeMemory(all) + writePasses(all) +
         writeFurtherRefusals(all) + writeNodes(all);
}

std::string explainKernels(const Graph& graph, std::span<const std::span<const CallInfo>> calls) {
  size_t kernels = 6;
  for (const auto& list : calls) {
    for (const CallInfo& call : list) kernels = std::max(kernels, std::min<size_t>(call.kernel.size(), 32));
  }
  std::string text = fmt::format("\n part  {:>8}  {:<{}}  why\n", "nodes", "kernel", kernels);
  for (size_t p = 0; p < calls.size(); ++p) {
    for (const CallInfo& call : calls[p]) {
      text +=
          wrapped(fmt::format("{:>5}  {:>8}  {:<{}}  ", p, nodesText(graph, call), shortened(call.kernel, 32), kernels),
                  call.why);
    }
  }
  return text;
}

}  // namespace trireme::plan
