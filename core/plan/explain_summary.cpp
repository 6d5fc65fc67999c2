// The head of an explanation: what each delegate got, and what keeps the other nodes off it.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/plan/explained.h"
#include "core/plan/layout.h"
#include "core/plan/time_text.h"

namespace trireme::plan {
namespace {

constexpr size_t kShownGroups = 8;  // of a delegate, in the summary

struct Share {
  size_t nodes = 0;
  int64_t macs = 0;
  double seconds = 0;
};

Share shareOf(const Explained& all, uint32_t delegate) {
  Share share;
  const ExecutionPlan& plan = all.input.plan;
  for (size_t i = 0; i < all.input.placements.size(); ++i) {
    const uint32_t partition = all.input.placements[i].partition;
    if (partition == kNoPartition || plan.partitions[partition].delegate != delegate) continue;
    ++share.nodes;
    share.macs += all.macs[i];
  }
  for (const PlannedPartition& partition : plan.partitions) {
    if (partition.delegate == delegate) share.seconds += partition.predicted.seconds;
  }
  return share;
}

// "estimated", or "measured, estimated" where both are there.
std::string sourcesText(const Sources& counts) {
  std::string text;
  for (const Cost::Source source : {Cost::Source::Measured, Cost::Source::Published, Cost::Source::Estimated}) {
    if (counts[size_t(source)] == 0) continue;
    const bool alone = counts[size_t(source)] == std::accumulate(counts.begin(), counts.end(), size_t{0});
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", sourceName(source),
                        alone ? "" : fmt::format(" {}", counts[size_t(source)]));
  }
  return text.empty() ? "-" : text;
}

struct Totals {
  size_t nodes = 0;
  int64_t macs = 0;
  double seconds = 0;
};

std::string row(const Explained& all, std::string_view name, const Share& share, const Totals& totals,
                std::string_view prices) {
  return wrapped(fmt::format("{:<{}}  {:>5} {:>5}  {:>8} {:>5}  {:>9} {:>5}  ", name, widthOfNames(all), share.nodes,
                             shareText(double(share.nodes), double(totals.nodes)), macsText(share.macs),
                             shareText(double(share.macs), double(totals.macs)), timeText(share.seconds),
                             shareText(share.seconds, totals.seconds)),
                 prices);
}

std::string copiesRow(const Explained& all, const Totals& totals) {
  double seconds = 0;
  Sources counts{};
  for (const CopyCause& copy : all.copies) {
    seconds += all.step(copy).predicted.seconds;
    ++counts[size_t(all.step(copy).predicted.source)];
  }
  return wrapped(fmt::format("{:<{}}  {:>5} {:>5}  {:>8} {:>5}  {:>9} {:>5}  ", "copies", widthOfNames(all),
                             all.copies.size(), "", "", "", timeText(seconds), shareText(seconds, totals.seconds)),
                 sourcesText(counts));
}

std::string writeShares(const Explained& all) {
  const ExplainInput& input = all.input;
  Totals totals{0, 0, input.plan.predicted.seconds};
  size_t folded = 0;
  for (size_t i = 0; i < input.placements.size(); ++i) {
    ++(input.placements[i].partition == kNoPartition ? folded : totals.nodes);
    totals.macs += all.macs[i];
  }
  const std::string proven = input.plan.proven ? ", proven least for these prices" : "";
  std::string text =
      wrapped("", fmt::format("{}, {} MMAC; strategy {}: predicted {}{}", countText(input.placements.size(), "node"),
                              macsText(totals.macs), input.plan.strategy, timeText(totals.seconds), proven));
  if (folded > 0) text += fmt::format("{} folded away before planning\n", countText(folded, "node"));
  text += fmt::format("\n{:<{}}  {:>11}  {:>14}  {:>15}  {}\n", "delegate", widthOfNames(all), "nodes", "MMAC",
                      "predicted", "prices");
  for (uint32_t d = 0; d < input.names.size(); ++d) {
    text += row(all, all.name(d), shareOf(all, d), totals, sourcesText(sourcesOf(all, d)));
  }
  if (!all.copies.empty()) text += copiesRow(all, totals);
  for (uint32_t d = 0; d < input.names.size(); ++d) {
    text += wrapped(fmt::format("{:<{}}  ", all.name(d), widthOfNames(all)), input.devices[d]);
  }
  return text;
}

std::string groupRow(const Explained& all, uint32_t g) {
  const RefusalGroup& group = all.refusals.groups[g];
  int64_t macs = 0;
  for (size_t i = 0; i < all.input.placements.size(); ++i) {
    const bool member = std::ranges::binary_search(group.nodes, all.input.placements[i].origins.front());
    if (member) macs += all.macs[i];
  }
  return wrapped(fmt::format("{:>5}  {:>5}  {:>8}  {:>6}  {:>9}  ", fmt::format("[{}]", all.numberOf[g]),
                             group.nodes.size(), macsText(macs), all.groupCopies[g], timeText(all.groupSeconds[g])),
                 fmt::format("{}: {}", reasonName(group.code), group.sentence));
}

// Nodes that it would take, and that run elsewhere.
Share passedOver(const Explained& all, uint32_t delegate, double& there) {
  Share share;
  for (size_t i = 0; i < all.input.placements.size(); ++i) {
    const Placement& placement = all.input.placements[i];
    if (placement.partition == kNoPartition || all.input.plan.partitions[placement.partition].delegate == delegate) {
      continue;
    }
    for (const Candidate& candidate : placement.candidates) {
      if (candidate.delegate != delegate || !candidate.support.ok()) continue;
      ++share.nodes;
      share.macs += all.macs[i];
      share.seconds += all.seconds[i];
      there += candidate.predicted.seconds;
    }
  }
  return share;
}

// The sum of the prices that the delegate has for nodes which it does not get; none: not all have one.
std::optional<double> priceThere(const Explained& all, const RefusalGroup& group) {
  double sum = 0;
  for (const Placement& placement : all.input.placements) {
    if (!std::ranges::binary_search(group.nodes, placement.origins.front())) continue;
    for (const Candidate& candidate : placement.candidates) {
      if (candidate.delegate != group.delegate) continue;
      if (candidate.predicted.seconds <= 0) return std::nullopt;
      sum += candidate.predicted.seconds;
    }
  }
  return sum;
}

std::string largest(const Explained& all, uint32_t g) {
  const double whole = all.input.plan.predicted.seconds;
  if (all.groupSeconds[g] <= 0) return "";
  const RefusalGroup& group = all.refusals.groups[g];
  std::string what = group.nodes.size() == 1 ? "the node" : fmt::format("the {} nodes", group.nodes.size());
  if (all.groupCopies[g] > 0) what += fmt::format(" and {} at their borders", countText(all.groupCopies[g], "copy"));
  const std::optional<double> there = priceThere(all, group);
  const std::string gain = there ? fmt::format("alone they are priced at {} there", timeText(*there))
                                 : std::string("what it refuses has no price there, so the gain is not known");
  return wrapped(
      "  ", fmt::format("[{}] weighs most: {} are {} of {} ({}); {}.", all.numberOf[g], what,
                        timeText(all.groupSeconds[g]), timeText(whole), shareText(all.groupSeconds[g], whole), gain));
}

std::vector<uint32_t> groupsOf(const Explained& all, uint32_t delegate) {
  std::vector<uint32_t> groups;
  for (const uint32_t g : all.order) {
    if (all.refusals.groups[g].delegate == delegate) groups.push_back(g);
  }
  return groups;
}

constexpr const char* kRefusalHead = "       nodes      MMAC  copies  time here  reason\n";

// Where a limit may be what keeps nodes off it.
std::string limitReached(const Explained& all, uint32_t delegate) {
  if (delegate >= all.input.limits.size()) return "";
  const uint32_t most = all.input.limits[delegate].maxPartitions;
  const auto isIts = [&](const PlannedPartition& one) { return one.delegate == delegate; };
  if (std::ranges::count_if(all.input.plan.partitions, isIts) < std::ptrdiff_t(most)) return "";
  return most == 0 ? " It may have no partition."
                   : fmt::format(" It has {}, the most that it may have.", countText(most, "partition"));
}

std::string writeWhyNot(const Explained& all, uint32_t delegate) {
  const std::vector<uint32_t> groups = groupsOf(all, delegate);
  double there = 0;
  const Share over = passedOver(all, delegate, there);
  const bool isLast = delegate + 1 == all.input.names.size();
  if (groups.empty() && (over.nodes == 0 || isLast)) return "";
  std::set<uint32_t> refused;
  for (const uint32_t g : groups) {
    refused.insert(all.refusals.groups[g].nodes.begin(), all.refusals.groups[g].nodes.end());
  }
  std::string counts = groups.empty() ? "" : countText(refused.size(), "node") + " it refuses";
  if (over.nodes > 0) counts += fmt::format("{}{} it would take", counts.empty() ? "" : ", ", over.nodes);
  std::string text = '\n' + wrapped("", fmt::format("not on {}: {}", all.input.names[delegate], counts));
  if (!groups.empty()) text += kRefusalHead;
  for (size_t i = 0; i < std::min(groups.size(), kShownGroups); ++i) text += groupRow(all, groups[i]);
  if (groups.size() > kShownGroups) {
    text += fmt::format("  and {}, below: [{}] to [{}]\n", countText(groups.size() - kShownGroups, "further reason"),
                        all.numberOf[groups[kShownGroups]], all.numberOf[groups.back()]);
  }
  if (!groups.empty()) text += largest(all, groups.front());
  if (over.nodes > 0 && !isLast) {
    text += wrapped(
        "  ", fmt::format("What it would take, {} ({} MMAC): {} where they run, {} there, before copies and starts.{}",
                          countText(over.nodes, "node"), macsText(over.macs), timeText(over.seconds), timeText(there),
                          limitReached(all, delegate)));
  }
  return text;
}

}  // namespace

std::string writeSummary(const Explained& explained) {
  std::string text = writeShares(explained);
  for (uint32_t d = 0; d < explained.input.names.size(); ++d) text += writeWhyNot(explained, d);
  return text;
}

std::string writeFurtherRefusals(const Explained& explained) {
  std::string text;
  for (uint32_t d = 0; d < explained.input.names.size(); ++d) {
    const std::vector<uint32_t> groups = groupsOf(explained, d);
    for (size_t i = kShownGroups; i < groups.size(); ++i) text += groupRow(explained, groups[i]);
  }
  return text.empty() ? text : fmt::format("\nfurther reasons\n{}{}", kRefusalHead, text);
}

}  // namespace trireme::plan
