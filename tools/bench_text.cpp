#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/plan/time_text.h"
#include "tools/bench_report.h"
#include "tools/compare_plans.h"
#include "tools/statistics.h"

namespace trireme::tools {
namespace {

using plan::timeText;

constexpr size_t kColumns = 100, kDelegates = 22, kStrategy = 12;

// Kept to a width: of a long word the end tells more than the beginning.
std::string fitted(const std::string& word, size_t width) {
  return word.size() <= width ? word : "~" + word.substr(word.size() - width + 1);
}

// Words behind `head`, in lines that are not longer than a terminal is wide; further ones are indented.
std::string wrapped(const std::string& head, const std::string& words) {
  constexpr size_t kIndent = 4;
  std::string result = head;
  size_t column = head.size();
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    if (at > 0 && column + 1 + end - at > kColumns) {
      result += "\n" + std::string(kIndent, ' ');
      column = kIndent;
    } else if (at > 0) {
      result += ' ';
      ++column;
    }
    result += words.substr(at, end - at);
    column += end - at;
    at = end + 1;
  }
  return result + "\n";
}

std::string whyNotTimed(const BenchRow& row) {
  if (!row.refused.ok()) return std::string(row.refused.message());
  if (isOutOfBounds(row)) {
    return fmt::format("{} elements of its outputs are out of bounds against the CPU's (largest difference {:g})",
                       row.difference->mismatches, row.difference->maxAbs);
  }
  return "interrupted";
}

std::string bytesText(double bytes) {
  if (bytes >= 1e6) return fmt::format("{:.1f} MB", bytes / 1e6);
  return bytes >= 1e3 ? fmt::format("{:.1f} kB", bytes / 1e3) : fmt::format("{:.0f} B", bytes);
}

std::string partLine(const std::string& what, const std::string& counts, double seconds, double whole) {
  return fmt::format("    {:<28} {:<36} {:>10} {:>7.1f} %\n", fitted(what, 28), counts, timeText(seconds),
                     whole > 0 ? 100 * seconds / whole : 0);
}

}  // namespace

std::string benchTableHead() {
  return fmt::format("{:>3} {:<22} {:<12} {:>7} {:>10} {:<9} {:>10} {:>10} {:>8}\n", "", "delegates", "strategy",
                     "threads", "median", "", "p95", "predicted", "error");
}

std::string benchLine(const BenchRow& row, size_t number) {
  const BenchConfiguration& what = *row.configuration;
  const std::string head = fmt::format("{:>3} {:<22} {:<12} {:>7}", number,
                                       fitted(fmt::format("{}", fmt::join(what.delegates, " + ")), kDelegates),
                                       fitted(what.strategy, kStrategy), what.threads);
  if (row.seconds.empty()) return head + "  not timed, see below\n";
  const Summary summary = summaryOf(row.seconds);
  return fmt::format("{} {:>10} {:<9} {:>10} {:>10} {:>+6.1f} %\n", head, timeText(summary.median),
                     timeLabelName(labelOf(*row.compiled)), timeText(summary.p95),
                     timeText(row.compiled->plan().predicted.seconds), errorPercent(row).value_or(0));
}

std::string benchDetails(const BenchRow& row, size_t number) {
  std::string text = wrapped(fmt::format("{:>3} ", number), configurationText(*row.configuration));
  if (row.seconds.empty()) return text + wrapped("    ", "not timed: " + whyNotTimed(row));
  const Summary summary = summaryOf(row.seconds);
  std::string facts = fmt::format("{} runs after {} of warm-up{}, {} to {}", row.seconds.size(), row.warmUpRuns,
                                  row.steady ? "" : " (never steady)", timeText(summary.min), timeText(summary.max));
  if (summary.ci95) {
    facts += fmt::format(", median within {} and {} (95 %)", timeText(summary.ci95->low), timeText(summary.ci95->high));
  }
  if (row.disturbedBlocks > 0) facts += fmt::format(", {} blocks disturbed by others", row.disturbedBlocks);
  if (!row.enough) facts += ", fewer than asked for";
  text += wrapped("    ", facts);
  double parts = 0;
  for (const DelegatePart& part : delegateParts(row)) {
    text +=
        partLine(part.delegate,
                 fmt::format("{} partition{}, {} node{}, {:.1f} MMAC", part.partitions, part.partitions == 1 ? "" : "s",
                             part.nodes, part.nodes == 1 ? "" : "s", double(part.macs) / 1e6),
                 part.seconds, summary.median);
    parts += part.seconds;
  }
  if (const CopyPart copies = copyPart(row); copies.copies > 0) {
    text += partLine("copies", fmt::format("{}, {}", copies.copies, bytesText(double(copies.bytes))), copies.seconds,
                     summary.median);
    parts += copies.seconds;
  }
  if (labelOf(*row.compiled) != TimeLabel::Modelled)
    text += partLine("other", "", summary.median - parts, summary.median);
  return text;
}

std::string benchText(const BenchModel& model) {
  std::string text =
      wrapped("", fmt::format("{} ({}, {:.1f} MMAC, {} nodes)", model.word, model.type,
                              (*model.facts)["macs"].get<double>() / 1e6, (*model.facts)["nodes"].dump()));
  text += benchTableHead();
  bool modelled = false;
  for (size_t i = 0; i < model.rows.size(); ++i) {
    const BenchRow& row = model.rows[i];
    text += benchLine(row, i + 1);
    modelled = modelled || (!row.seconds.empty() && labelOf(*row.compiled) == TimeLabel::Modelled);
  }
  if (modelled) text += "Modelled: some parts' times come from a profile; the time is the sum of the plan's parts.\n";
  text += "\n";
  for (size_t i = 0; i < model.rows.size(); ++i) text += benchDetails(model.rows[i], i + 1);
  return text + "\n";
}

}  // namespace trireme::tools
