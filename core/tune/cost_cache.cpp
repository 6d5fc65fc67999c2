#include "core/tune/cost_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/mapped_file.h"
#include "core/tune/machine.h"
#include "trireme/trireme.h"

namespace trireme::tune {
namespace {

using Json = nlohmann::json;
using plan::MeasuredCosts;
constexpr int kFormat = 1;

// Thrown by the readers below, caught in read(): the JSON library throws too.
struct Damaged {
  std::string what;
};

const Json& member(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) throw Damaged{fmt::format("'{}' is missing", name)};
  return object.at(name);
}

std::string textOf(const Json& section, const char* name) {
  const Json& text = member(section, name);
  if (!text.is_string()) throw Damaged{fmt::format("'{}' is no text", name)};
  return text.get<std::string>();
}

double numberOf(const Json& number, std::string_view name) {
  if (!number.is_number()) throw Damaged{fmt::format("'{}' is no number", name)};
  const double value = number.get<double>();
  if (!std::isfinite(value) || value < 0) throw Damaged{fmt::format("'{}' is {}", name, value)};
  return value;
}

std::optional<double> optionalOf(const Json& section, const char* name, double scale) {
  const Json& number = member(section, name);
  if (number.is_null()) return std::nullopt;
  return numberOf(number, name) * scale;
}

Json optionalJson(const std::optional<double>& value, double scale) { return value ? Json(*value * scale) : Json(); }

Json sectionJson(const CostKey& key, const MeasuredCosts& costs) {
  Json nodes = Json::object(), fusions = Json::object();
  for (const auto& [signature, time] : costs.nodes) nodes[signature] = {time.seconds * 1e6, time.estimated * 1e6};
  for (const auto& [pair, saved] : costs.fusions) fusions[pair] = saved * 1e6;
  return {{"machine", key.machine},
          {"version", key.version},
          {"delegate", key.delegate},
          {"device", key.device},
          {"driver", key.driver},
          {"precision", key.precision},
          {"start_us", optionalJson(costs.startSeconds, 1e6)},
          {"copy_start_us", optionalJson(costs.copyStartSeconds, 1e6)},
          {"copy_bytes_per_second", optionalJson(costs.copyBytesPerSecond, 1)},
          {"spread", costs.spread},
          {"nodes_us", std::move(nodes)},
          {"fusions_us", std::move(fusions)}};
}

CostKey keyIn(const Json& section) {
  return {textOf(section, "machine"), textOf(section, "version"), textOf(section, "delegate"),
          textOf(section, "device"),  textOf(section, "driver"),  textOf(section, "precision")};
}

MeasuredCosts costsOf(const Json& section) {
  MeasuredCosts costs;
  costs.startSeconds = optionalOf(section, "start_us", 1e-6);
  costs.copyStartSeconds = optionalOf(section, "copy_start_us", 1e-6);
  costs.copyBytesPerSecond = optionalOf(section, "copy_bytes_per_second", 1);
  if (section.contains("spread")) costs.spread = numberOf(section.at("spread"), "spread");
  for (const auto& [signature, times] : member(section, "nodes_us").items()) {
    if (!times.is_array() || times.size() != 2) throw Damaged{fmt::format("'{}' has no two times", signature)};
    costs.nodes[signature] = {numberOf(times[0], signature) * 1e-6, numberOf(times[1], signature) * 1e-6};
  }
  for (const auto& [pair, saved] : member(section, "fusions_us").items()) {
    costs.fusions[pair] = numberOf(saved, pair) * 1e-6;
  }
  return costs;
}

Status damaged(const std::filesystem::path& file, std::string_view what) {
  return Status::error(Code::InvalidArgument, fmt::format("the costs in '{}' are damaged: {}", file.string(), what));
}

}  // namespace

CostKey keyOf(const DelegateInfo& info, Precision precision) {
  constexpr std::string_view kNames[] = {"exact", "relaxed", "fastest"};
  return {machineClass(), std::string(version()),
          info.name,      info.device,
          info.driver,    std::string(kNames[size_t(precision)])};
}

Result<CostCache> CostCache::read(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path folder = file.parent_path();
  if (std::filesystem::exists(folder, ignored) && !std::filesystem::is_directory(folder, ignored)) {
    return Status::error(
        Code::Io, fmt::format("'{}', which should hold '{}', is no folder", folder.string(), file.filename().string()));
  }
  if (!std::filesystem::exists(file, ignored)) return CostCache();
  TRIREME_ASSIGN(const auto bytes, base::FileBytes::read(file));
  const std::span<const std::byte> text = bytes->bytes();
  const auto* begin = reinterpret_cast<const char*>(text.data());
  CostCache cache;
  try {
    const Json document = Json::parse(begin, begin + text.size());
    if (member(document, "trireme_costs") != Json(kFormat)) throw Damaged{"it has another format"};
    for (const Json& section : member(document, "sections")) {
      cache.add(keyIn(section), costsOf(section));
    }
  } catch (const Damaged& fault) {
    return damaged(file, fault.what);
  } catch (const Json::exception& fault) {
    return damaged(file, fault.what());
  }
  return cache;
}

Status CostCache::write(const std::filesystem::path& file) const {
  Json sections = Json::array();
  for (const Section& one : sections_) sections.push_back(sectionJson(one.key, *one.costs));
  const Json document = {{"trireme_costs", kFormat}, {"sections", std::move(sections)}};
  const auto failed = [&](std::string_view what, std::string_view why) {
    return Status::error(Code::Io, fmt::format("cannot {} '{}': {}", what, file.string(), why));
  };
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) return failed("make the folder of", error.message());
  const std::filesystem::path beside = file.string() + fmt::format(".{}", getpid());
  {
    std::ofstream out(beside, std::ios::binary);
    out << document.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
    if (!out.flush()) {
      std::filesystem::remove(beside, error);
      return failed("write", "the file system refuses");
    }
  }
  std::filesystem::rename(beside, file, error);
  if (!error) return {};
  const std::string why = error.message();
  std::filesystem::remove(beside, error);
  return failed("write", why);
}

std::shared_ptr<const MeasuredCosts> CostCache::find(const CostKey& key) const {
  for (const Section& one : sections_) {
    if (one.key == key) return one.costs;
  }
  return nullptr;
}

void CostCache::add(const CostKey& key, const MeasuredCosts& costs) {
  for (Section& one : sections_) {
    if (one.key != key) continue;
    auto merged = std::make_shared<MeasuredCosts>(costs);
    merged->nodes.insert(one.costs->nodes.begin(), one.costs->nodes.end());
    merged->fusions.insert(one.costs->fusions.begin(), one.costs->fusions.end());
    if (!merged->startSeconds) merged->startSeconds = one.costs->startSeconds;
    if (!merged->copyStartSeconds) merged->copyStartSeconds = one.costs->copyStartSeconds;
    if (!merged->copyBytesPerSecond) merged->copyBytesPerSecond = one.costs->copyBytesPerSecond;
    one.costs = std::move(merged);
    return;
  }
  sections_.push_back({key, std::make_shared<MeasuredCosts>(costs)});
}

void CostCache::add(const CostCache& newer) {
  for (const Section& one : newer.sections_) add(one.key, *one.costs);
}

Status mergeInto(const std::filesystem::path& file, const CostCache& newer,
                 const std::function<void(std::string_view)>& log) {
  auto cache = CostCache::read(file);
  if (!cache.ok()) {
    if (cache.status().code() != Code::InvalidArgument) return cache.status();
    base::Log(log).warn(fmt::format("{}; it is made anew", cache.status().message()));
    cache = CostCache();
  }
  cache.value().add(newer);
  return cache.value().write(file);
}

}  // namespace trireme::tune
