#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "delegates/emulated/cost_model.h"
#include "delegates/emulated/numerics.h"
#include "delegates/emulated/profile.h"
#include "tools/commands.h"
#include "tools/describe.h"

namespace trireme::tools {
namespace {

using emulated::Profile;

struct Words {
  std::string name;
  OutputOptions output;
};

// The types that an operator takes at the profile's level; empty: it is not there yet.
std::vector<std::string> typesOf(const Profile& profile, const emulated::OpRow& row) {
  std::vector<std::string> types;
  for (const emulated::TypeSince& one : row.types) {
    if (row.since <= profile.level && one.since <= profile.level) types.emplace_back(dataTypeName(one.dtype));
  }
  return types;
}

Json perType(const emulated::PerType& rates) {
  Json object = Json::object();
  for (const auto& [dtype, rate] : rates) object[std::string(dataTypeName(dtype))] = rate;
  return object;
}

Json ratesJson(const Profile& profile) {
  const emulated::Performance& perf = profile.perf;
  return {{"macs_per_second", perType(perf.macsPerSecond)},
          {"depthwise_macs_per_second", perType(perf.depthwiseMacsPerSecond)},
          {"bytes_per_second", perf.bytesPerSecond > 0 ? Json(perf.bytesPerSecond) : Json(nullptr)},
          {"node_us", perf.nodeSeconds * 1e6},
          {"partition_us", perf.partitionSeconds * 1e6},
          {"copy_us", perf.copySeconds * 1e6},
          {"copy_bytes_per_second", perf.copyBytesPerSecond}};
}

Json limitsJson(const Profile& profile) {
  const emulated::Limits& limits = profile.limits;
  const auto orNull = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  const auto bounded = [](uint32_t value) { return value == UINT32_MAX ? Json(nullptr) : Json(value); };
  return {{"max_rank", orNull(limits.maxRank)},
          {"max_batch", orNull(limits.maxBatch)},
          {"max_tensor_bytes", orNull(limits.maxTensorBytes)},
          {"static_shapes", limits.staticShapes},
          {"empty_tensors", limits.emptyTensors},
          {"min_nodes", limits.partitions.minNodes},
          {"max_nodes", bounded(limits.partitions.maxNodes)},
          {"max_partitions", bounded(limits.partitions.maxPartitions)}};
}

Json profileJson(const Profile& profile) {
  Json operators = Json::object(), facts = Json::object(), residuals = Json::array();
  for (const emulated::OpRow& row : profile.operators) {
    const auto types = typesOf(profile, row);
    if (!types.empty()) operators[std::string(opName(row.op))] = types;
  }
  for (const auto& [name, text] : profile.facts) facts[name] = text;
  for (const emulated::Residual& one : profile.residuals) {
    residuals.push_back({{"model", one.model}, {"published_ms", one.publishedMs}, {"modelled_ms", one.modelledMs}});
  }
  return {{"name", profile.name},
          {"title", profile.title},
          {"source", profile.source},
          {"kind", profile.kind},
          {"exact", profile.exact()},
          {"operators", std::move(operators)},
          {"rates", ratesJson(profile)},
          {"level", profile.level == 0 ? Json(nullptr) : Json(profile.levelName(profile.level))},
          {"over", profile.over},
          {"limits", limitsJson(profile)},
          {"facts", std::move(facts)},
          {"residuals", std::move(residuals)}};
}

std::string listLine(const Profile& profile) {
  return fmt::format("{:<16} {:<6} {}{}\n", profile.name, profile.kind, profile.title,
                     profile.exact() ? "" : fmt::format(", in {}", emulated::formatName(profile.numerics.format)));
}

std::string operatorLine(const Profile& profile, const emulated::OpRow& row) {
  std::string versions;
  if (row.maxVersion != INT32_MAX) versions = fmt::format("; versions {} to {}", row.minVersion, row.maxVersion);
  const auto types = typesOf(profile, row);
  if (types.empty()) return {};
  const std::string rules =
      row.rules.empty() ? "" : fmt::format("; {} condition{}", row.rules.size(), row.rules.size() == 1 ? "" : "s");
  return fmt::format("  {:<28} {}{}{}\n", opName(row.op), fmt::join(types, ", "), versions, rules);
}

// For a terminal of 100 columns.
std::string wrapped(std::string_view text) {
  constexpr size_t kColumns = 100;
  std::string lines;
  while (text.size() > kColumns) {
    const size_t space = text.rfind(' ', kColumns);
    if (space == std::string_view::npos) break;
    lines += fmt::format("{}\n", text.substr(0, space));
    text.remove_prefix(space + 1);
  }
  return lines + std::string(text);
}

std::string inFull(const Profile& profile) {
  std::string text = fmt::format("{}: {}\n{}\n\n", profile.name, profile.title, wrapped(profile.source));
  if (profile.level != 0) text += fmt::format("level: {}\n", profile.levelName(profile.level));
  text += fmt::format("computed by: {}\n", profile.over);
  for (const auto& [dtype, rate] : profile.perf.macsPerSecond) {
    text += fmt::format("{}: {:.1f} GMAC/s\n", dataTypeName(dtype), rate / 1e9);
  }
  for (const auto& [dtype, rate] : profile.perf.depthwiseMacsPerSecond) {
    text += fmt::format("{}, depthwise: {:.1f} GMAC/s\n", dataTypeName(dtype), rate / 1e9);
  }
  const emulated::Performance& perf = profile.perf;
  text += perf.bytesPerSecond > 0 ? fmt::format("memory: {:.1f} GB/s\n", perf.bytesPerSecond / 1e9)
                                  : std::string("memory: not modelled\n");
  text += fmt::format("overheads: {:.1f} us a node, {:.1f} us a partition, {:.1f} us and {:.1f} GB/s a copy\n",
                      perf.nodeSeconds * 1e6, perf.partitionSeconds * 1e6, perf.copySeconds * 1e6,
                      perf.copyBytesPerSecond / 1e9);
  if (!profile.exact()) {
    text += fmt::format("numbers: {}, {}, rounded after every node\n", emulated::formatName(profile.numerics.format),
                        emulated::roundingName(profile.numerics.rounding));
  }
  for (const auto& [name, fact] : profile.facts) text += fmt::format("stated, without effect: {}: {}\n", name, fact);
  for (const emulated::Residual& one : profile.residuals) {
    text += fmt::format("{}: published {} ms, modelled {} ms ({:+.1f} %)\n", one.model, one.publishedMs, one.modelledMs,
                        (one.modelledMs / one.publishedMs - 1) * 100);
  }
  text += "operators:\n";
  for (const emulated::OpRow& row : profile.operators) text += operatorLine(profile, row);
  return text;
}

Status show(const Words& words, const Output& output) {
  std::vector<std::string> names = emulated::profileNames();
  if (!words.name.empty()) names = {words.name};
  Json document = documentHead("profiles"), list = Json::array();
  std::string text;
  for (const std::string& name : names) {
    TRIREME_ASSIGN(const Profile profile, emulated::loadProfile(name));
    list.push_back(profileJson(profile));
    text += words.name.empty() ? listLine(profile) : inFull(profile);
  }
  document["profiles"] = std::move(list);
  output.text(text);
  return output.document(document);
}

}  // namespace

std::function<int()> declareProfiles(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  app.add_option("NAME", words->name, "a profile of the library, or a file; default: the list");
  declareOutput(app, words->output);
  return [words] {
    // "--json NAME" read NAME as the JSON's file.
    const std::string& file = words->output.jsonFile;
    if (words->name.empty() && !file.empty() && emulated::loadProfile(file).ok()) {
      words->name = std::exchange(words->output.jsonFile, {});
    }
    const Status status = show(*words, Output(words->output));
    if (status.ok()) return kDone;
    const int code = Output::fail(status);
    return status.code() == Code::InvalidArgument && !words->name.ends_with(".json") ? kWrongUsage : code;
  };
}

}  // namespace trireme::tools
